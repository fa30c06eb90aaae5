# プログラムの日本語の文言。キーは en.ftl と同じ。help-… と arg-… はコマンドと引数の説明、
# say-… はライブラリが文中に入れる英語の語句の訳。
#
# 用語：専用USB・USBトークン（それだけで「トークン」とは書かない。ワンタイムパスワードの機器と
# 紛らわしいため）、USBのPIN、USBの解除用PIN（SO PIN）、有効期限切れ、失効、更新済み。

heading-error = エラー：
heading-warning = 注意：
heading-hint = ヒント：
support-desk = お問い合わせ先：{ $desk }
list-separator = {"　"}
output-failed = 出力を書き込めません：{ $cause }

jobs =
    USBトークンの電子証明書（作業の順）

      tokencert profile add FILE   金融機関や担当部署から受け取ったプロファイルを登録する
      tokencert token list         接続されているUSBトークンを見る
      tokencert token pin          USBのPINを変更する
      tokencert issue              電子証明書を取得する（中断したときは続きから）
      tokencert status             名義、有効期限、次の操作を見る
      tokencert pending list       途中で終わっている発行を見る

    すべてのコマンド：`tokencert --help`　個々の説明：`tokencert issue --help`

# コマンドラインの誤り
usage-value = `{ $value }` は { $argument } に指定できません
    .hint = 指定できる値：{ $meant }
usage-value-missing = { $argument } には値が必要です
    .hint = 指定できる値：{ $meant }
usage-unknown = 引数 `{ $argument }` はありません
    .hint = `{ $meant }` を試してください
usage-command = コマンド `{ $command }` はありません
    .hint = `{ $meant }` を試してください
usage-command-missing = コマンドが指定されていません
    .hint = `--help` を見てください
usage-missing = 指定が足りません：{ $argument }
    .hint = `--help` を見てください
usage-conflict = { $argument } は { $other } と同時に指定できません
    .hint = どちらか一方にしてください
usage-other = コマンドラインを解釈できません：{ $reason }
    .hint = `--help` を見てください
home-missing = このパソコンの個人用フォルダーが見つかりません
    .hint = 環境変数 `HOME` に個人用フォルダーを設定してください
module-missing = PKCS#11モジュールが複数あり、どれを使うか決められません
    .hint = `--module /path/to/library` で指定してください。一覧は `tokencert token list` で見られます
authority-missing = 認証局が指定されていません
    .hint = `--authority dir:PATH` または `--authority files:DIR` を指定するか、`tokencert profile add FILE` でプロファイルを登録してください
subject-missing = 名義（サブジェクト）が指定されていません
    .hint = `--subject 'CN=Taro Yamada,O=Example,C=JP'` のように指定するか、`tokencert profile add FILE` でプロファイルを登録してください

# 質問
choose-token = USBトークンが複数あります：
choose-number = 番号（1～{ $last }、選ばないときはEnter）
choose-again = `{ $answer }` は番号にありません
confirm-serial = { $token }から消したものは元に戻せません。続けるにはシリアル番号 { $serial } を入力してください
pin-ask = { $token }の{ $which }
pin-ask-again = もう一度{ $which }（やめるときはEnter）
pin-new = { $token }の新しい{ $which }
pin-again = 確認のため、同じ{ $which }をもう一度
pin-differs = 2回の入力が一致しません
pin-wrong = { $which }が違います。{ $state }
pin-state = { $state }
pin-to-be-changed = { $which }の変更が必要です：`tokencert token pin`
pin-file-open = { $source } のPINは他の利用者にも読めます。`chmod 600` で自分だけにできます
ask-contract = 契約者ID（利用者番号）
ask-user = 利用者ID（管理者はそのままEnter）
ask-name = 氏名

# 進行
progress-looking = USBトークンを探しています
progress-waiting-token = USBトークンの接続を待っています
progress-resuming = 前回の続きから進めています
progress-logging-in = USBのPINを確認しています
progress-generating = USBトークンの中で鍵を作っています（1分ほどかかることがあります）
progress-signing = 発行要求に署名しています
progress-asking = 認証局に要求しています
progress-importing = 電子証明書をUSBトークンに書き込んでいます
progress-verifying = USBトークンを確かめています
waiting-for-lock = 別の処理が{ $token }に書き込んでいます。終わるのを待ちます。
pkcs11-spy = PKCS11SPY が設定されています。PINを含むすべての呼び出しが記録されるおそれがあります

# 表や画面の語句
token-serial = （シリアル番号 { $serial }）
day = { $year }年{ $month }月{ $day }日
instant = { $day } { $time }（{ $zone }）
holder-counted = { $name }（発行番号 { $count }）
flag-true = はい
flag-false = いいえ
flag-unknown = 不明
private-unseen = 見えません
private-kept = 取り出せません
private-extractable = 取り出せます（危険）
private-unknown = 不明
certificate-unreadable = X.509証明書ではありません
certificate-of-other-key = { $holder }（別の鍵のもの）
matches-yes = はい
matches-no = いいえ
matches-unknown = 判断できません
column-id = ID
column-label = ラベル
column-key = 鍵
column-private = 秘密鍵
column-holder = 電子証明書の名義
column-until = 有効期限
column-serial = シリアル番号
column-model = 機種
column-state = 状態
column-slot = スロット
column-module = モジュール
column-begun = 開始
column-step = 段階
column-token = USBトークン
column-subject = 名義
column-authority = 認証局
column-name = 名前
column-title = 表題
column-support = お問い合わせ先

# list, show
list-token = USBトークン{ $token }
list-empty = 空です。
list-empty-public = PINなしで見えるものはありません。
list-other-certificates = 鍵がここにない電子証明書：
list-other-objects = その他 { $count } 件
list-public-only = 秘密鍵は `--login` を付けると見えます
show-token = USBトークン
show-id = CKA_ID
show-label = ラベル
show-key = 鍵
show-private = 秘密鍵
show-refused = 拒否されました（{ $answer }）
show-given = 拒否されませんでした（{ $answer }）
show-birth = 生成
birth-witnessed = このプログラムがUSBトークンの中で作りました
birth-unknown = このパソコンのこのプログラムでは確認していません
show-software = ソフトウェア
software-token-note = USBトークンではなくソフトウェアの鍵入れです。表示にかかわらず、ファイルごと複製できます
show-word = 備考
flags-note = 表示と拒否はモジュールの申告であり、証明ではありません
show-certificate = 電子証明書
show-subject = 名義
show-issuer = 発行者
show-names = 別名
show-usages = 用途
show-issue-count = 発行番号
show-serial = シリアル番号
show-from = 有効期間の開始
show-until = 有効期限
show-sha256 = SHA-256
show-matches = この鍵のもの

# request, import, export, delete
written = { $path } に書き込みました。
request-key = 鍵はUSBトークンにあります（CKA_ID { $id }）。
request-next = 認証局の回答は `tokencert import FILE` で取り込んでください
imported-beside-key = 鍵の隣に保存しました：{ $subject }
imported-alone = 保存しました：{ $subject }
already-there = すでにあります：{ $subject }
deleted-certificate = { $subject } の電子証明書を削除しました。
deleted-public-key = 公開鍵 { $id } を削除しました。
deleted-private-key = 秘密鍵 { $id } を削除しました。

# issue, pending
issue-done = 電子証明書を{ $token }に保存しました。
issue-already-there = { $day }まで有効な電子証明書がすでにあります。
issue-pending = 発行要求は認証局に渡してあります（{ $place }）。回答はまだありません。
issue-pending-next = 同じコマンドをもう一度実行すると、続きから進みます
issue-pull-out = ログオフした後は、USBトークンを抜いてください。
pending-none = 途中で終わっている発行はありません。
step-begun = 開始
step-requested = 鍵を作成済み
step-sent = 要求を送付済み
step-issued = 発行済み（保存前）
abandoned-no-key = { $id } を取りやめました。USBトークンに鍵はありませんでした。
abandoned-key-destroyed = { $id } を取りやめ、その鍵 { $key } を削除しました。
abandoned-key-kept = { $id } を取りやめました。鍵 { $key } はUSBトークンに残っています。

# status
status-token-usb = 専用USB
status-token-pc = このPC
status-holder = 名義
status-until = 有効期限
status-next = 次の操作
status-none = 電子証明書はありません
until-days = { $day }（あと{ $days }日）
until-today = { $day }（本日まで）
until-expired = { $day }（有効期限切れ）
next-issue = tokencert issue
next-renew = tokencert issue --another
next-acquire = tokencert issue（{ $day }まで）
next-reissue = 再発行を依頼してください
next-nothing = { $day }までありません
next-delete = 更新済み。削除できます：tokencert delete sha256:{ $sha256 } --what certificate
next-unfinished = tokencert issue（{ $id } の続き）

# token
tokens-none = USBトークンは接続されていません。
tokens-none-next = USBトークンを接続するか、ドライバーをインストールしてください
slot-failed = { $module } のスロット { $slot } が応答しません：{ $cause }
token-blank = 未初期化
token-locked = PINロック中
token-final-try = PINはあと1回
token-count-low = PINの残り回数が少ない
token-software = 使用可（ソフトウェア）
token-ready = 使用可
token-initialized = { $token }を初期化しました。
token-present = { $token }が接続されています。
pin-changed = { $token }の{ $which }を変更しました。
pin-unlocked = { $token }の{ $which }を新しく設定しました。
software-token-line = 鍵はこのパソコンに保管されます。他のプログラムから使うには：{ $line }
software-token-new = このパソコンにはまだ鍵の保管場所がありません。`{ $token }` という名前で作ります。

# profile
profile-added = プロファイル { $name } を登録しました。
profile-next = `tokencert issue` で使われます
profile-none = プロファイルはありません。

# ライブラリの語句
say-user-pin = USBのPIN
say-so-pin = USBの解除用PIN（SO PIN）
say-the-token-says-that-it-is-now-locked = USBトークンによると、ロックされました
say-the-token-says-that-one-try-is-left = USBトークンによると、あと1回しか試せません
say-the-token-says-that-tries-are-running-low = USBトークンによると、残り回数が少なくなっています
say-the-token-does-not-say-how-many-tries-are-left = 残り回数は示されていません
say-the-request = 発行要求
say-the-challenge = 確認用のデータ
say-the-only-token = 接続されている唯一のUSBトークン
say-without-label-and-serial-number = ラベルもシリアル番号もないUSBトークン
say-without-cka-id = CKA_IDなし
say-the-modules-registered-with-p11-kit-and-the-usual-places-of-safenet-opensc-yubikey-and-softhsm2 = p11-kitに登録されたモジュールと、SafeNet、OpenSC、YubiKey、SoftHSM2の通常の場所
say-several-private-keys-with-the-same-cka-id = 同じCKA_IDの秘密鍵が複数
say-the-pin-is-empty = PINが空です
say-the-pin-was-typed-differently-each-time = 入力が毎回違いました
say-only-a-file-can-be-named-in-a-uri = URIで指定できるのはファイルだけです
say-it-was-already-tried-on-another-token = 別のUSBトークンですでに試しました
say-it-names-no-kind-of-source = 取得元の種類が書かれていません
say-a-path-is-missing = パスがありません
say-a-name-is-missing = 名前がありません
say-a-number-is-missing = 番号がありません
say-it-is-not-set = 設定されていません
say-it-is-not-utf-8-text = UTF-8の文字ではありません
say-it-is-empty = 空です
say-it-is-damaged = 壊れています
say-it-is-too-long = 長すぎます
say-it-ends-too-early = 途中で終わっています
say-it-is-not-hexadecimal = 16進ではありません
say-a-sha-256-has-64-hexadecimal-digits = SHA-256は16進64桁です
say-it-does-not-begin-with-pkcs11 = `pkcs11:` で始まっていません
say-it-contains-a-control-character = 制御文字が入っています
say-it-is-not-a-folder = フォルダーではありません
say-it-is-neither-dir-path-nor-files-dir = `dir:PATH` でも `files:DIR` でもありません
say-it-holds-no-certificate = 電子証明書が入っていません
say-it-is-damaged-or-no-certificate = 壊れているか、電子証明書ではありません
say-it-is-damaged-or-no-request = 壊れているか、発行要求ではありません
say-it-is-none-of-the-forms-that-certificates-come-in = 電子証明書の形式ではありません
say-it-is-a-certificate = 電子証明書です
say-it-is-a-certificate-request = 発行要求（CSR）です
say-it-is-a-public-key = 公開鍵です
say-it-is-a-revocation-list-crl = 失効リスト（CRL）です
say-it-is-a-pkcs-7-file-without-certificates = 電子証明書の入っていないPKCS#7ファイルです
say-it-is-a-damaged-pkcs-7-file = 壊れたPKCS#7ファイルです
say-it-is-an-encrypted-pkcs-7-message = 暗号化されたPKCS#7メッセージです
say-it-is-an-openssh-public-key = OpenSSHの公開鍵です
say-it-is-a-picture = 画像です
say-it-is-a-pdf-document = PDF文書です
say-it-is-a-zip-archive = ZIPファイルです
say-it-is-a-compressed-file = 圧縮ファイルです
say-it-is-a-web-page = Webページです
say-it-is-no-well-formed-distinguished-name = 識別名の形になっていません
say-its-kind-is-missing = 種類が書かれていません
say-its-kind-is-not-known = 知らない種類です
say-it-is-no-domain-name = ドメイン名ではありません
say-it-is-no-ipv4-or-ipv6-address = IPアドレスではありません
say-it-has-no = @ がありません
say-it-has-no-subject = `subject` がありません
say-it-said-nothing = 何も答えませんでした
say-it-is-of-a-kind-that-this-program-does-not-know = このプログラムの知らない種類です
say-cka-extractable-is-true = CKA_EXTRACTABLE が真です
say-it-does-not-say-cka-extractable = CKA_EXTRACTABLE が示されていません
say-neither-the-private-nor-the-public-key-object-shows-it = 秘密鍵にも公開鍵にも示されていません
say-neither-an-object-nor-a-certificate-on-the-token-shows-it = USBトークンの中のどれにも示されていません

# 説明の見出し
help-heading-usage = 使い方：
help-heading-commands = コマンド
help-heading-arguments = 引数
help-heading-options = オプション
help-heading-common = 共通オプション
help-heading-examples = 例：
help-values = ［{ $value }］
help-default = ［既定：{ $value }］
help-env = ［環境変数：{ $value }］

# コマンドの説明
help = USBトークンの中で作られ、外に出ることのない秘密鍵の電子証明書
help-help = この説明、またはコマンドの説明を表示する
help-issue = 電子証明書を取得する：USBトークンで鍵を作り、認証局に要求し、電子証明書を鍵の隣に保存する
    .long = いつ中断してもかまいません。同じコマンドをもう一度実行すると、続きから進みます。有効な電子証明書がすでにあるときは、何も変更しません。
help-status = 名義、有効期限、次の操作を表示する
    .long = PINは要りません。するべきことがあるとき、終了コードは3です。
help-list = USBトークンの鍵と電子証明書を一覧する
    .long = PINなしでは公開されているもの（電子証明書と、多くの場合は公開鍵）だけが見えます。`--login` を付けないかぎり、PINを尋ねることはありません。
help-show = 鍵または電子証明書を1つ詳しく表示する
    .long = 秘密鍵が何を拒否するかを、その場で確かめます。それには `--login` またはPINの取得元が必要です。
help-export = 電子証明書、証明書チェーン、公開鍵を書き出す
    .long = 秘密鍵を書き出すことはありません。
help-request = USBトークンで鍵を作り、その発行要求（CSR）を作る
    .long = 鍵はUSBトークンの中で作られ、外に出ません。発行要求はPKCS#10を受け付けるどの認証局にも出せます。回答は `tokencert import` で取り込みます。
help-import = 電子証明書を、その鍵があるUSBトークンに取り込む
    .long = 電子証明書は対応する秘密鍵の隣に保存され、鍵がなければ断られます。証明書チェーンも一緒に保存されます。PEM、DER、PKCS#7（.p7b）のファイルを読めます。
help-delete = USBトークンから鍵や電子証明書を削除する（元に戻せません）
    .long = 削除した秘密鍵はどこからも取り戻せません。確認のため、USBトークンのシリアル番号を指定します。
help-token = USBトークンの一覧、初期化、PINの変更と解除、接続待ち
help-token-list = 接続されているUSBトークンを一覧する
    .long = `--module` がなければ、見つかったモジュールをすべて、それぞれ別のプロセスで調べます。
help-token-init = USBトークンを初期化する：ラベル、USBの解除用PIN（SO PIN）、USBのPINを設定する
    .long = USBトークンの中身はすべて失われます。初期化済みのものは、シリアル番号による確認と現在のUSBの解除用PIN（SO PIN）が必要です。鍵や電子証明書が入っているものは断られます。
help-token-pin = USBのPIN、またはUSBの解除用PIN（SO PIN）を変更する
help-token-unlock = USBの解除用PIN（SO PIN）を使って新しいUSBのPINを設定し、ロックを解除する
    .long = USBトークンの中身は失われません。金融機関のUSBトークンでは、USBの解除用PIN（SO PIN）が知らされていないことがあります。金融機関にお尋ねください。
help-token-wait = USBトークンが接続されるまで待つ
help-pending = 途中で終わっている発行を一覧する、または取りやめる
    .long = 中断した `tokencert issue` は、同じコマンドをもう一度実行すると続きから進みます。
help-pending-list = 途中で終わっている発行を一覧する
help-pending-abandon = 途中で終わっている発行を、そのための鍵とともに取りやめる
    .long = 電子証明書が発行されたかもしれないときは、鍵は削除されません。
help-profile = 金融機関や担当部署のプロファイルを登録、一覧、表示する
    .long = プロファイルには、どの認証局に、どの名義で、どの鍵で要求するか、どこに問い合わせるかが書かれています。
help-profile-add = プロファイルを登録する（同じ名前のものは置き換える）
help-profile-list = プロファイルを一覧する
help-profile-show = プロファイルの内容をすべて表示する
help-completions = シェルの補完スクリプトを出力する
help-man = マニュアルページを出力する、または全コマンドの分をフォルダーに書き出す

# 引数の説明
arg-help = この説明を表示する
arg-version = バージョンを表示する
arg-module = USBトークンのメーカーのPKCS#11モジュール（ライブラリの絶対パス）
arg-token = USBトークン：ラベル、シリアル番号、またはPKCS#11 URI
arg-pin-source = USBのPINの取得元：file:PATH、env:NAME、fd:N。なければ尋ねる
arg-to = 鍵を作る場所：USBトークン（usb）、またはこのパソコン（pc）
arg-profile = 金融機関や担当部署のプロファイル。なければ、登録されている唯一のもの
arg-format = データの出力形式
arg-lang = 文言と説明の言語
arg-config = 通常の設定ファイルの代わりに読むファイル
arg-module-init = モジュールの初期化に渡す文字列（NSSで必要）
arg-final-try = あと1回の誤りでロックされる場合でもPINを試す
arg-verbose = 経過を詳しく表示する（重ねるとさらに詳しく）
arg-login = 先にログインして、秘密鍵も見る
arg-selector = 16進のCKA_ID、ラベル、電子証明書のsha256:HEX、またはPKCS#11 URI。`id:` と `label:` で読み方を決められる
arg-out = 標準出力の代わりに書き込むファイル
arg-force = ファイルを上書きする
arg-san = 別名：dns:NAME、email:ADDRESS、ip:ADDRESS、uri:URI、upn:NAME。繰り返し指定できる
arg-existing = 新しい鍵の代わりに使う、USBトークンにある鍵のCKA_ID
arg-label = 新しい鍵のラベル。なければ名義のコモンネーム
arg-confirm-serial = 確認のためのUSBトークンのシリアル番号
arg-so-pin-source = USBの解除用PIN（SO PIN）の取得元：file:PATH、env:NAME、fd:N
arg-new-pin-source = 新しいPINの取得元：file:PATH、env:NAME、fd:N
arg-issue-authority = 認証局：tokencert-ca のフォルダー dir:PATH、または受け渡しフォルダー files:DIR。なければプロファイルのもの
arg-issue-subject = 名義。例：'CN=Taro Yamada,O=Example,C=JP'。なければプロファイルのもの
arg-issue-contract = プロファイルの名義に使う契約者ID（利用者番号）。必要なら尋ねる
arg-issue-user = プロファイルの名義に使う利用者ID。なければ管理者のもの
arg-issue-name = プロファイルの名義に使う氏名。必要なら尋ねる
arg-issue-key = 鍵の種類。例：rsa:2048、ec:p256。なければプロファイルのもの、それもなければ rsa:2048
arg-issue-another = 有効な電子証明書や、電子証明書のない鍵があっても、もう1つ取得する
arg-status-within = 有効期限のこの日数前から期限間近とする。なければプロファイルのとおり、それもなければ 30d
arg-export-chain = 電子証明書と、USBトークンにある認証局の証明書
arg-export-public-key = 公開鍵（PEM）
arg-export-ssh = 公開鍵（OpenSSHの1行）
arg-request-key = 鍵の種類：rsa:2048、rsa:3072、rsa:4096、ec:p256、ec:p384、ec:p521、ed25519
arg-request-subject = 名義。例：'CN=Taro Yamada,O=Example,C=JP'
arg-request-usage = 鍵の用途（RFC 5280の名前。例：clientAuth）。繰り返し指定できる
arg-request-id = 新しい鍵の16進のCKA_ID。なければ乱数
arg-request-pss = RSASSA-PSSで署名する
arg-request-out = 発行要求を書き込むファイル。`-` は標準出力
arg-import-files = 電子証明書のファイル。`-` は標準入力
arg-import-allow-orphan = USBトークンに鍵のない電子証明書も保存する
arg-import-allow-invalid-dates = 有効期限切れや有効期間前の電子証明書も保存する
arg-delete-what = 削除するもの：電子証明書（certificate）、鍵（key）、両方（all）
arg-token-init-serial = USBトークンのシリアル番号
arg-token-init-slot = USBトークンが入っているスロットのID
arg-token-init-label = USBトークンの新しいラベル（32バイトまで。日本語は1文字3バイト）
arg-token-init-destroy-objects = 鍵や電子証明書が入っていても初期化する（中身は失われる）
arg-token-pin-so = USBの解除用PIN（SO PIN）を変更する
arg-token-wait-timeout = この秒数で待つのをやめる
arg-pending-abandon-id = `tokencert pending list` に表示されるID
arg-profile-add-file = プロファイルのファイル。`-` は標準入力
arg-profile-show-name = `tokencert profile list` に表示される名前
arg-completions-shell = シェル
arg-man-out = ページを1コマンドずつ書き出すフォルダー

# ライブラリのエラー
err-module-not-found = PKCS#11モジュールが見つかりません（調べた場所：{ $searched }）
    .hint = USBトークンのドライバーをインストールするか、`--module /path/to/library` でライブラリを指定してください
err-module-load = PKCS#11モジュール { $path } を読み込めません：{ $reason }
    .hint = パスと、このプロセッサー用のライブラリかどうかを確認してください
err-module-path-relative = PKCS#11モジュールは { $path } ではなく、絶対パスで指定してください
    .hint = 例：`--module /usr/lib/softhsm/libsofthsm2.so`
err-token-not-found = { $wanted }に合うUSBトークンがありません。接続されているもの：{ $present }
    .hint = USBトークンを接続するか、接続されているものを `--token ラベル` で選んでください
err-token-absent = { $module } のどのスロットにもUSBトークンがありません
    .hint = USBトークンを接続し、そのUSBトークン用のモジュールかどうかを確認してください
err-token-ambiguous = { $wanted }に合うUSBトークンが複数あります：{ $candidates }
    .hint = `--token` にシリアル番号かPKCS#11 URIを指定して、1つに決めてください
err-token-uninitialized = USBトークン{ $token }は初期化されていません
    .hint = `tokencert token init` で初期化してください
err-token-read-only = USBトークン{ $token }は書き込み禁止です
    .hint = 書き込めるUSBトークン、またはメーカーのモジュールを使ってください
err-token-removed = USBトークン{ $token }が抜かれました
    .hint = 接続し直して、同じコマンドをもう一度実行してください。続きから進みます
err-token-changed = スロットのUSBトークンが{ $expected }ではなく{ $found }に替わっています
    .hint = 何も変更していません。正しいUSBトークンを接続して、もう一度実行してください
err-wrong-destination = { $token }はソフトウェアの鍵入れですが、保存先は専用USBです。何も作っていません
    .hint = 専用USBを接続するか、`--to pc` で保存先を選んでください
err-token-holds-keys = USBトークン{ $token }には、初期化すると失われるものが { $keys } 件あります。何も変更していません
    .hint = 失われてもよければ、`--destroy-objects` を付けて実行してください
err-serial-not-confirmed = { $token }を元に戻せない形で変更しますが、確認がありません
    .hint = `--confirm-serial { $serial }` を付けて実行してください
err-label-invalid = ラベル `{ $label }` は { $bytes } バイトです。使えるのは1～32バイトです（日本語は1文字3バイト）
    .hint = 短いラベルにしてください
err-token-full = USBトークン{ $token }の空きが足りません（必要 { $needed } バイト、空き { $free }）
    .hint = `tokencert list` で中身を見て、要らなくなったものを削除してください
err-token = USBトークン{ $token }で失敗しました：{ $cause }
err-module = PKCS#11モジュールで失敗しました：{ $cause }
err-function-missing = PKCS#11モジュールに { $function } がありません
    .hint = USBトークンのメーカーのモジュールを使ってください
err-pin-missing = { $token }の{ $which }が必要ですが、尋ねる端末がありません
    .hint = `--pin-source file:PATH`、`env:NAME`、`fd:N` のどれかで渡してください
err-pin-incorrect = { $token }の{ $which }が違います。{ $state }
    .hint = どのPINかを確かめてから試してください。間違えるたびにロックに近づきます
err-pin-length = { $which }は { $minimum }～{ $maximum } 文字です。USBトークンには送っていません
    .hint = 残り回数は減っていません。入力し直してください
err-pin-locked = { $token }の{ $which }はロックされています
    .hint = 管理者が `tokencert token unlock` で解除できます。USBトークンの中身は失われません
err-pin-final-try = { $token }の{ $which }は、あと1回間違えるとロックされます。試していません
    .hint = 確実に正しいPINなら、`--final-try` を付けて実行してください
err-so-pin-tries-low = { $token }のUSBの解除用PIN（SO PIN）はすでに間違えられており、ロックされると誰にも解除できません。試していません
    .hint = 確実に正しければ、`--final-try` を付けて実行してください
err-pin-expired = { $token }の{ $which }は期限が切れたか、先に変更する必要があります
    .hint = `tokencert token pin` で変更してください
err-pin-not-set = { $token }のUSBのPINはまだ設定されていません
    .hint = `tokencert token unlock` とUSBの解除用PIN（SO PIN）で設定してください
err-pin-source = PINの取得元 { $name } は使えません：{ $reason }
    .hint = `file:PATH`、`env:NAME`、`fd:N` のどれかを指定してください。1行目がPINです
err-pin-refused = USBトークン{ $token }は新しい{ $which }を受け付けません
    .hint = 別のものにしてください。長さや文字の決まりはUSBトークンのメーカーが示しています
err-uri-invalid = PKCS#11 URIではありません：{ $reason }
    .hint = `pkcs11:token=LABEL;serial=NUMBER` のように書きます
err-uri-pin-value = `pin-value` の入ったPKCS#11 URIは、このパソコンの全員にPINを見せてしまいます
    .hint = 取り除くか、`pin-source=file:PATH` を使ってください
err-selector-invalid = `{ $selector }` では何も選べません：{ $reason }
    .hint = 16進のCKA_ID、ラベル、電子証明書の `sha256:HEX`、PKCS#11 URIのどれかを指定してください
err-object-not-found = USBトークン{ $token }に { $wanted } に合うものはありません
    .hint = `tokencert list` で中身を見てください
err-object-ambiguous = { $wanted } に合うものが複数あります：{ $candidates }
    .hint = `id:HEX`、`label:TEXT`、`sha256:HEX` のどれかで1つに決めてください
err-key-algorithm-unknown = `{ $algorithm }` という種類の鍵はありません
    .hint = rsa:2048、rsa:3072、rsa:4096、ec:p256、ec:p384、ec:p521、ed25519 のどれかを指定してください
err-key-algorithm-unsupported = USBトークン{ $token }は { $algorithm } の鍵を作れません
    .hint = `--key` で別の種類（たとえば rsa:2048）を選んでください
err-key-id-invalid = `{ $id }` はCKA_IDではありません
    .hint = 1～255バイトを16進で書きます（例：0a1b）
err-key-id-taken = USBトークン{ $token }には、CKA_ID { $id } のものがすでにあります。何も作っていません
    .hint = `--id` を省くか、使われていないIDを選んでください
err-key-not-found = USBトークン{ $token }に、CKA_ID { $id } の秘密鍵はありません
    .hint = `tokencert list --login` で中身を見てください
err-key-exportable = USBトークン{ $token }では秘密鍵を守れません：{ $reason }
    .hint = この実行で作った鍵は削除しました。別のUSBトークンを使ってください
err-key-differs = USBトークン{ $token }が作った鍵は、求めたものと違います（{ $what } が { $asked } ではなく { $found }）
    .hint = 鍵は削除しました。`--key` で別の種類を選んでください
err-key-malformed = 公開鍵を読めません：{ $reason }
err-key-scheme = { $algorithm } の鍵では { $scheme } の署名はできません
    .hint = `--pss` を省くか、RSAの鍵を使ってください
err-signature-wrong = { $what } の署名が公開鍵で検証できません。使っていません
    .hint = USBトークンかドライバーの異常です。もう一度実行し、直らなければメーカーにお尋ねください
err-certificate-unreadable = { $name } から電子証明書を読めません：{ $reason }
    .hint = PEM、DER、PKCS#7（.p7b）の電子証明書を指定してください
err-private-key-file = { $name } には秘密鍵が入っています。秘密鍵は取り込みません
    .hint = USBトークンへの移行は `tokencert renew --to usb` で行います。新しい鍵はUSBトークンの中で作られます
err-file-too-large = { $name } は { $size } バイトで、上限の { $limit } バイトを超えています
    .hint = 電子証明書だけのファイルを指定してください
err-certificate-stranger = { $subject } の電子証明書は、{ $token }にある { $keys } 個の秘密鍵のどれのものでもありません。何も変更していません
    .hint = 発行要求を作ったUSBトークンを使うか、承知の上で保存するなら `--allow-orphan` を付けてください
err-certificate-not-yet-valid = { $subject } の電子証明書は { $not_before } から有効です（現在 { $now }）
    .hint = パソコンの時計を確認するか、承知の上で保存するなら `--allow-invalid-dates` を付けてください
err-certificate-expired = { $subject } の電子証明書は { $not_after } に有効期限切れになりました（現在 { $now }）
    .hint = `tokencert issue` で新しく取得するか、承知の上で保存するなら `--allow-invalid-dates` を付けてください
err-not-kept = USBトークン{ $token }は、書き込んだ { $what } を保持していません
    .hint = 同じコマンドをもう一度実行してください。直らなければUSBトークンかドライバーの異常です
err-subject-differs = 電子証明書の名義は { $found } で、予定の { $expected } と違います
    .hint = 使う前にお問い合わせください
err-certificate-key-differs = 認証局の回答は、別の鍵の電子証明書（{ $subject }）です
    .hint = 認証局にお尋ねください。鍵はUSBトークンに残っています
err-subject-invalid = `{ $subject }` は名義として使えません：{ $reason }
    .hint = `CN=Taro Yamada,O=Example,C=JP` のように書いてください
err-san-invalid = `{ $san }` は別名として使えません：{ $reason }
    .hint = dns:NAME、email:ADDRESS、ip:ADDRESS、uri:URI、upn:NAME のどれかを書いてください
err-key-usage-invalid = `{ $usage }` という鍵の用途はありません
    .hint = RFC 5280の名前（digitalSignature、clientAuth など）を使ってください
err-request-unreadable = { $name } から発行要求（PKCS#10）を読めません：{ $reason }
    .hint = `tokencert request` が書き出すような、PEMかDERの発行要求を指定してください
err-authority-unreachable = 認証局 { $authority } に接続できません：{ $reason }
    .hint = 同じコマンドをもう一度実行すると、続きから進みます。鍵はUSBトークンに残っています
err-authority-refused = 認証局 { $authority } に断られました：{ $reason }
    .hint = 鍵はUSBトークンに残っています。認証局に尋ねてから、同じコマンドをもう一度実行してください
err-authority-answer = 認証局 { $authority } の回答は使えません：{ $reason }
    .hint = 鍵はUSBトークンに残っています。同じコマンドをもう一度実行すると、続きから進みます
err-authority-invalid = `{ $authority }` は認証局として使えません：{ $reason }
    .hint = tokencert-ca のフォルダー `dir:PATH`、または受け渡しフォルダー `files:DIR` を指定してください
err-journal-key-gone = 途中の発行 { $id } の鍵 { $key } が{ $token }にありません
    .hint = `tokencert pending abandon { $id }` で取りやめてから、`issue` をもう一度実行してください
err-keys-without-certificate = USBトークン{ $token }に、電子証明書のない秘密鍵があります：{ $keys }。何も作っていません
    .hint = その鍵を使うなら `--existing ID`、新しい鍵を作るなら `--another` を付けてください
err-journal-not-found = 途中の発行 { $id } はありません
    .hint = `tokencert pending list` で確認してください
err-journal-issued = { $id } の電子証明書は発行済みで、USBトークンへの保存だけが残っています
    .hint = 同じ `tokencert issue` をもう一度実行すると、続きから進みます
err-journal-unreadable = 進行記録 { $path } を読めません：{ $reason }
    .hint = USBトークンの鍵には触れていません。要らなければ、ファイルを別の場所に移してください
err-profile-invalid = プロファイル { $name } は使えません：{ $reason }
    .hint = 新しいプロファイルを受け取るか、示された行を直してください
err-profile-not-found = { $name } というプロファイルはありません。あるもの：{ $present }
    .hint = `tokencert profile add FILE` で登録してください
err-config-invalid = 設定ファイル { $path } は使えません：{ $reason }
    .hint = 示された行を直すか、ファイルを取り除いてください
err-time-zone-unknown = タイムゾーン { $zone } はこのパソコンにありません
    .hint = Asia/Tokyo のような名前を使うか、タイムゾーンのデータ（tzdata）をインストールしてください
err-file-read = { $path } を読めません：{ $cause }
    .hint = パスとアクセス権を確認してください
err-file-write = { $path } に書き込めません：{ $cause }
    .hint = フォルダー、アクセス権、空き容量を確認してください
err-file-exists = { $path } はすでにあります
    .hint = 別の名前にするか、`--force` で上書きしてください
err-random = OSから乱数を得られません：{ $reason }
err-ca-folder = 認証局のフォルダー { $path } は使えません：{ $reason }
    .hint = `tokencert-ca init --dir { $path } --name NAME` で作ってください
