# このプログラムだけの日本語の文言。用語は共通の文言のファイルに書いてある。

list-separator = {"　"}

jobs =
    USBトークンの電子証明書（作業の順）

      tokencert profile add FILE   金融機関や担当部署から受け取ったプロファイルを登録する
      tokencert token list         接続されているUSBトークンを見る
      tokencert token pin          USBのPINを変更する
      tokencert issue              電子証明書を取得する（中断したときは続きから）
      tokencert renew              期限前に更新する（古いものは `--retire` で削除）
      tokencert login              電子証明書でログインする
      tokencert status             名義、有効期限、次の操作を見る
      tokencert pending list       途中で終わっているものを見る
      tokencert doctor             うまく動かない理由を調べる

    すべてのコマンド：`tokencert --help`　個々の説明：`tokencert issue --help`

# コマンドラインの誤り
home-missing = このPCの個人用フォルダーが見つかりません
    .hint = 環境変数 `HOME` に個人用フォルダーを設定してください
module-silent = モジュール { $module } は応答しなかったので使いません。理由は `-v` で表示されます
softhsm-missing = このPCで鍵を保管するSoftHSM2が見つかりません
    .hint = `softhsm2` をインストールするか、そのライブラリを `--module` で指定してください
module-not-softhsm = モジュール { $module } はSoftHSM2ではないため、このPCでの鍵の保管には使えません
    .hint = `--module` と `TOKENCERT_MODULE` を外すか、SoftHSM2のライブラリを指定してください
software-token-none = このPCにはまだ鍵の保管場所がありません
    .hint = `tokencert issue --to pc` で作られます
module-missing = PKCS#11モジュールが複数あり、どれを使うか決められません
    .hint = `--module /path/to/library` で指定してください。一覧は `tokencert token list` で見られます
authority-missing = 認証局が指定されていません
    .hint = `--authority https://HOST`、`dir:PATH`、`files:DIR` のどれかを指定するか、`tokencert profile add FILE` でプロファイルを登録してください
subject-missing = 名義（サブジェクト）が指定されていません
    .hint = `--subject 'CN=Taro Yamada,O=Example,C=JP'` のように指定するか、`tokencert profile add FILE` でプロファイルを登録してください
field-missing = プロファイル { $profile } には、名義人についての指定が必要です
    .hint = { $option } を指定してください
former-key-alone = `tokencert former-key` は `tokencert renew` の一部で、単独では使えません
    .hint = `tokencert renew --from` を使ってください
audit-module-alone = `tokencert audit-module` は `tokencert audit` の一部で、単独では何もしません
    .hint = `tokencert audit` を使ってください
format-not-csv = このコマンドは表計算用の表を出力できません
    .hint = `--format text` か `--format json` を指定してください
format-not-html = ページとして出力できるのは点検の結果だけです
    .hint = `--format json` を指定するか、指定せずに実行してください
audit-two-pin-sources = PINの取得元とPINの対応表が両方指定されています
    .hint = 1つのUSBトークンなら `--pin-source`、複数なら `--pin-map` を指定してください
from-pin-source-same = `--pin-source` と `--from-pin-source` が同じです。1つのPINを2本のUSBトークンには試しません
    .hint = USBトークンごとに別の取得元を指定してください
no-certificate = { $wanted } の鍵に電子証明書はありません
    .hint = USBトークンの中身は `tokencert list` で見られます
program-missing = プログラム `{ $program }` がインストールされていません
    .hint = `{ $program }` をインストールして、もう一度実行してください
openssl-connection-missing = OpenSSLに、PKCS#11用のプロバイダーもエンジンもありません
    .hint = どちらかをインストールしてください：`pkcs11-provider`（Debian 13以降）、または `libengine-pkcs11-openssl`（Debian 12）
openssl-engine-missing = OpenSSLに、PKCS#11用のエンジンがありません
    .hint = `libengine-pkcs11-openssl` などをインストールするか、`--with` を外してください
openssl-provider-missing = OpenSSLに、PKCS#11用のプロバイダーがありません
    .hint = `pkcs11-provider` などをインストールするか、`--with` を外してください
curl-without-tokens = このcurlはUSBトークンの鍵を使えません：{ $curl }
    .hint = OpenSSLで作られ、エンジンを使えるか8.12以降のcurlを使ってください。`tokencert login` ならcurlは要りません
integrate-path = パス { $path } には、ほかのプログラムの設定に書けない文字があります
    .hint = 引用符、バックスラッシュ、`$`、制御文字のないパスを使ってください
integrate-block-open = { $path } に行 `{ $end }` がありません。何も変更していません
    .hint = ファイルを手で直してください：`begin` の行と、それに属する行を削除します
integrate-email-missing = メールアドレスがわかりません。gitの署名はメールアドレスで確かめられます
    .hint = `--email` で指定するか、`git config --global user.email` で設定してください
integrate-git-set = gitの `{ $name }` は今 { $value } で、{ $ours } に変わります
    .hint = `--force` で置き換えるか、先にgitの設定から外してください

# 質問
choose-token = USBトークンが複数あります：
init-unseen = { $token }の中で、USBのPINなしでは見えない秘密鍵があるかどうかは調べられません。`--present-pin-source` で調べられます
confirm-serial = { $token }から消したものは元に戻せません。続けるにはシリアル番号 { $serial } を入力してください
pin-ask-again = もう一度{ $which }（やめるときはEnter）
pin-new = { $token }の新しい{ $which }
pin-again = 確認のため、同じ{ $which }をもう一度
pin-differs = 2回の入力が一致しません
pin-wrong = { $which }が違います。{ $state }
pin-state = { $state }
pin-length = { $which }は{ $minimum }～{ $maximum }バイト（英数字は1文字1バイト）です。試行回数は減っていません
pin-to-be-changed = { $which }の変更が必要です：`tokencert token pin`
ask-contract = 契約者ID（利用者番号）
ask-user = 利用者ID（管理者はそのままEnter）
ask-name = 氏名
ask-account-pin = { $holder }の暗証番号
ask-account-pin-or-skip = { $holder }の暗証番号（新しい電子証明書でのログインを試します。省くときはEnter）
ask-confirmation-pin = { $holder }の確認暗証番号
ask-one-time-code = { $holder }のワンタイムパスワード
ask-second-factor = { $holder }のワンタイムパスワードまたは確認暗証番号（ないときはEnter）
ask-trust = 認証局から知らされたフィンガープリントと同じですか。同じなら `yes`、またはフィンガープリントを入力してください
trust-first = { $authority } への初めての接続です。認証局は { $subject }、その証明書のSHA-256フィンガープリントは { $fingerprint } です
trust-yes = yes
account-pin-file-open = { $source } の暗証番号は他の利用者にも読めます。`chmod 600` で自分だけにできます
network-without-pss = この鍵ではRSA-PSSの署名ができないため、TLS 1.2で接続します。
network-clock-off = このPCの時計は { $here }、サーバーの時計は { $there } です

# 進行
progress-looking = USBトークンを探しています
progress-waiting-token = USBトークンの接続を待っています
progress-resuming = 前回の続きから進めています
progress-logging-in = USBのPINを確認しています
progress-generating = USBトークンの中で鍵を作っています（1分ほどかかることがあります）
progress-generating-pc = ソフトウェアの鍵入れの中で鍵を作っています（1分ほどかかることがあります）
progress-signing = 発行要求に署名しています
progress-asking = 認証局に要求しています
progress-importing = 電子証明書を保存しています
progress-verifying = 保存した内容を確かめています
progress-auditing = USBトークンの中身を調べています
progress-fetching = { $url } を取得しています
progress-initializing = USBトークンを初期化しています

# 複数のUSBトークン
box-token = 一覧では複数のUSBトークンを扱うので、`--token`で1つに決めることはできません
    .hint = 一覧の`serial`の列で指定するか、`--token`とTOKENCERT_TOKENを外してください
box-pin-source = 1つのPINを複数のUSBトークンで試すことはありません
    .hint = `--pin-source`を外し、USBトークンごとのファイルを入れたフォルダーを`--pin-folder`で指定してください
init-without-pins = USBトークンを初期化しますが、どのPINにするかが指定されていません
    .hint = `--random-pins FOLDER`を付けると、各USBトークンのPINがそのフォルダーのファイルに入ります
init-without-label = 一覧の{ $line }行目に、USBトークンのラベルがありません
    .hint = `label`の欄を記入してください
pin-folder-open = PINのフォルダー { $path } は他の利用者にも見えます。`chmod 700` で自分だけにできます
ledger-damaged = 台帳 { $path } の{ $line }行目を読めません
    .hint = その行を直すか、削除してください。削除すると、その人の分は空いているUSBトークンで最初から始まります
ledger-in-use = 台帳 { $path } を使っている別の処理が終わるのを待っています。
worker-alone = `--worker`は、このプログラムが自分で起動する処理のためのものです
    .hint = `--worker`を付けずに実行してください
box-blank = 未初期化のUSBトークン
box-begun = { $token }：{ $row } の分を始めました
box-stage = { $token }：{ $what }
box-done = { $token }：{ $row } の分が終わりました
box-failed = { $token }：{ $why }
box-died = 処理が何も言わずに終わりました
box-summary = { $rows }件のうち{ $done }件が終わりました。結果は { $path } にあります。
row-done = 完了
row-pending = 認証局の回答待ち
row-failed = 失敗
row-begun = 途中
row-no-token = USBトークンなし
row-ambiguous = 該当するUSBトークンが複数
row-blank = 未初期化
waiting-for-lock = 別の処理が{ $token }に書き込んでいます。終わるのを待ちます。
pkcs11-spy = PKCS11SPY が設定されています。PINを含むすべての呼び出しが記録されるおそれがあります

# 表や画面の語句
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
column-row = 対象
column-certificate = 電子証明書
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
column-severity = 重大度
column-rule = 規則
column-object = 対象
column-finding = 内容

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
birth-witnessed-pc = このプログラムがソフトウェアの鍵入れの中で作りました
birth-unknown = このPCのこのプログラムでは確認していません
show-software = ソフトウェア
software-token-note = USBトークンではなくソフトウェアの鍵入れです。表示にかかわらず、ファイルごと複製できます
show-word = 備考
flags-note = 表示と拒否はモジュールの申告であり、証明ではありません
show-certificate = 電子証明書
show-issuer = 発行者
show-names = 別名
show-usages = 用途
show-issue-count = 発行番号
show-from = 有効期間の開始
show-matches = この鍵のもの

# request, import, export, delete
written = { $path } に書き込みました。
request-key = 鍵はUSBトークンにあります（CKA_ID { $id }）。
request-key-pc = 鍵はソフトウェアの鍵入れにあります（CKA_ID { $id }）。
request-next = 認証局の回答は `tokencert import FILE` で取り込んでください
imported-beside-key = 鍵とともに保存しました：{ $subject }
imported-alone = 保存しました：{ $subject }
replaced = 鍵ごとに1つしか保存できないため、{ $subject } の古い電子証明書（シリアル番号 { $serial }）を外しました。写しは { $path } にあります。
already-there = すでにあります：{ $subject }
deletion-resumed = 途中で止まった削除の続きを行います。
request-resumed = 途中で止まった処理の続きです。前回の鍵を使い、新しい鍵は作っていません。
deleted-certificate = { $subject } の電子証明書を削除しました。
deleted-public-key = 公開鍵 { $id } を削除しました。
deleted-private-key = 秘密鍵 { $id } を削除しました。

# issue, pending
issue-done = 電子証明書を{ $token }に保存しました。
issue-already-there = { $day }まで有効な電子証明書がすでにあります。
issue-pending = 発行要求は認証局に渡してあります（{ $place }）。回答はまだありません。
issue-pending-next = 同じコマンドをもう一度実行すると、続きから進みます
issue-stays = USBトークンならログオフ後に抜いてください。これはこのPCのソフトウェアの鍵入れです。
issue-pull-out = ログオフした後は、USBトークンを抜いてください。
renew-done = 新しい電子証明書を{ $token }に保存しました。
renew-not-due = 更新期間前です。{ $opens }から更新できます。電子証明書は{ $until }まで有効です。
renew-logged-in = 新しい電子証明書で { $holder } としてログインできました。
renew-retired = { $token }から更新前のものを削除しました。新しい鍵は確認済みです。
renew-keeps-old = 更新前の鍵と電子証明書は残っています。新しいものを使い始めたら `tokencert renew --retire` で削除できます
pending-request = { $path } への発行要求
pending-none = 途中で終わっているものはありません。
step-begun = 開始
step-requested = 鍵を作成済み
step-sent = 要求を送付済み
step-issued = 発行済み（保存前）
abandoned-no-key = { $id } を取りやめました。鍵はありませんでした。
abandoned-key-destroyed = { $id } を取りやめ、その鍵 { $key } を削除しました。
abandoned-key-kept = { $id } を取りやめました。鍵 { $key } は残っています。

# login
login-url-missing = ログインするアドレスが指定されていません
    .hint = 引数で指定するか、`tokencert profile add FILE` でプロファイルを登録してください
choose-certificate = 電子証明書が複数あります：
login-with = { $subject } の電子証明書（シリアル番号 { $serial }）でログインします。
login-done = ログインしました。
login-holder = 契約者ID
login-name = 氏名
login-institution = 金融機関
login-renewal-due = 電子証明書の更新をお願いします
login-renewal-next = `tokencert renew` で更新できます
login-others = このほかに有効な電子証明書：{ $subjects }
login-no-other = このほかに使える電子証明書はありません。

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
next-renew = tokencert renew
next-acquire = tokencert issue（{ $day }まで）
next-reissue = 再発行を依頼してください
next-not-yet-valid = { $day }より前は無効です。このPCの時計を確かめてください
next-nothing = { $day }までありません
next-delete = 更新済み。削除できます：tokencert delete sha256:{ $sha256 } --what { $what }
next-unfinished = { $command }（{ $id } の続き）

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
pin-change-cut-short = 前回の変更が途中で終わった場合は、新しい{ $which }がすでに有効かもしれません
pin-unlocked = { $token }の{ $which }を新しく設定しました。
software-token-line = 鍵はこのPCに保管されます。他のプログラムから使うには：{ $line }
software-token-new = このPCにはまだ鍵の保管場所がありません。`{ $token }` という名前で作ります。

# audit
audit-pin-map-open = PINの対応表 { $path } は他の利用者にも読めます。`chmod 600` で自分だけにできます
audit-serial-twice = シリアル番号 { $serial } のUSBトークンが複数あるため、どれにもPINを試しません
audit-module-failed = { $module }：{ $cause }
audit-object = { $kind } { $name }
audit-actions = 対処：
audit-action = { $rule }（{ $meaning }）：{ $action }
audit-unchecked = 確認できなかった規則：
audit-unchecked-line =
    { $token }：{ $why }{ $count ->
        [0] {""}
       *[other] ：{ $rules }
    }
audit-waived = 許容しているもの：
audit-waived-line = { $token } の { $rule }（{ $day }まで、理由：{ $reason }）：{ $message }
audit-summary =
    USBトークン { $tokens } 本。{ $findings ->
        [0] 問題は見つかりませんでした
       *[other] { $findings } 件見つかりました（{ $counts }）
    }。{ $unchecked ->
        [0] すべての規則を確認しました
       *[other] { $unchecked } 件の規則は確認できませんでした
    }。
object-private-key = 秘密鍵
object-public-key = 公開鍵
object-certificate = 電子証明書
severity-info = 参考
severity-low = 低
severity-medium = 中
severity-high = 高
severity-critical = 緊急

# audit: ページの文言（英語はライブラリーにある）
page-title = USBトークンの点検
page-no-script = このページに入っている結果を表示するには、JavaScriptが必要です。
page-computer = コンピューター
page-time = 日時
page-policy = ポリシー
page-tokens = USBトークン
page-certificates = 電子証明書
page-keys = 鍵
page-findings = 見つかった問題
page-not-checked = 確認できなかった規則
page-waived = 許容しているもの
page-modules = 使えなかったモジュール
page-expiries = 電子証明書の有効期限
page-expired = 有効期限切れ
page-with-finding = 問題あり
page-without-finding = 問題なし
page-filter = 絞り込み
page-severity = 重大度
page-any-severity = すべて
page-shown = 件を表示
page-rule = 規則
page-token = USBトークン
page-serial = USBトークンのシリアル番号
page-object = 対象
page-message = 内容
page-action = 対処
page-reason = 理由
page-until = 期限
page-subject = 名義
page-issuer = 発行者
page-serial-number = シリアル番号
page-issue-count = 発行番号
page-expires = 有効期限
page-days-left = 残り日数
page-nothing = ありません。
page-error = エラー

# audit: 規則（英語はライブラリーにある）
rule-key-readable = { $attempt } を求めると、USBトークンは { $answer } と答えました
    .meaning = 秘密鍵がUSBトークンから読み出せます
    .action = 鍵は複製されたものとして扱い、電子証明書を失効させて `tokencert issue` で新しく取得してください
rule-key-extractable = 秘密鍵のCKA_EXTRACTABLEが{ $said ->
        [true] trueです
       *[other] 示されません
    }
    .meaning = 秘密鍵が別の鍵に包まれてUSBトークンから出るおそれがあります
    .action = 鍵は複製されたものとして扱い、電子証明書を失効させて `tokencert issue` で新しく取得してください
rule-key-not-sensitive = 秘密鍵のCKA_SENSITIVEがfalseです。鍵を求めると、USBトークンは { $answer } と答えました
    .meaning = 秘密鍵が秘密とされていません
    .action = `tokencert issue` で新しい電子証明書を取得すれば、鍵は初めから秘密です。USBトークンが鍵を拒んだのなら、モジュールの示し方が誤っています
rule-key-not-local = 秘密鍵のCKA_LOCALがfalseです
    .meaning = 秘密鍵がUSBトークンの中で作られておらず、ほかにもあるおそれがあります
    .action = `tokencert issue` で、鍵がUSBトークンの中で作られる新しい電子証明書を取得してください
rule-key-without-certificate = この鍵の電子証明書がUSBトークンにありません
    .meaning = 電子証明書のない秘密鍵です
    .action = `tokencert import` で電子証明書を取り込むか、`tokencert delete` で鍵を削除してください
rule-duplicate-id = { $count } 個の別々の鍵が同じCKA_ID { $id } を持っています
    .meaning = 同じCKA_IDの鍵が複数あり、ほかのプログラムが取り違えるおそれがあります
    .action = 使っている鍵を確かめ、もう一方を `tokencert delete` で削除してください
rule-key-weak = 鍵が弱すぎます：{ $weakness }
    .meaning = 鍵が弱すぎます
    .action = `tokencert issue --key rsa:3072` のように、強い鍵で新しい電子証明書を取得してください
rule-certificate-unreadable = 電子証明書の値がX.509の電子証明書ではありません
    .meaning = 電子証明書として読めないものがあります
    .action = `tokencert import` で電子証明書を取り込み直してください
rule-certificate-without-key = この電子証明書の秘密鍵がUSBトークンにありません
    .meaning = 秘密鍵のない電子証明書です
    .action = 鍵のあるUSBトークンに取り込み、ここからは `tokencert delete` で削除してください
rule-certificate-key-mismatch = 同じCKA_IDの鍵は、この電子証明書の鍵ではありません
    .meaning = 電子証明書が別の鍵と組になっています
    .action = `tokencert delete` で電子証明書を削除し、正しいものを `tokencert import` で取り込んでください
rule-certificate-expired = 電子証明書は{ $not_after }に有効期限切れになりました
    .meaning = 電子証明書が有効期限切れです
    .action = `tokencert issue` で新しく取得するか、`tokencert delete` で削除してください
rule-certificate-due = 電子証明書の有効期限は{ $not_after }です（あと{ $days }日）
    .meaning = 電子証明書の有効期限が近づいています
    .action = `tokencert renew` で更新してください
rule-certificate-not-yet-valid = 電子証明書は{ $not_before }まで有効になりません
    .meaning = 電子証明書がまだ有効ではありません
    .action = このPCの時計を確かめ、正しければ発行元にお尋ねください
rule-validity-too-long = 電子証明書の有効期間は { $days } 日で、ポリシーの上限は { $limit } 日です
    .meaning = 電子証明書の有効期間がポリシーの上限を超えています
    .action = 発行元の有効期間を短くし、`tokencert renew` で更新してください
rule-signature-weak = 電子証明書の署名は { $algorithm } です
    .meaning = 電子証明書の署名のハッシュが偽造されるおそれのあるものです
    .action = 発行元の署名をSHA-256にし、電子証明書を新しく取得してください
rule-client-auth-missing = 拡張鍵用途にclientAuthがありません：{ $usages }
    .meaning = ログイン用の電子証明書ではありません
    .action = clientAuthのある電子証明書を発行元に依頼してください
rule-digital-signature-missing = 鍵用途にdigitalSignatureがありません：{ $usages }
    .meaning = ログインに必要な署名ができない電子証明書です
    .action = digitalSignatureのある電子証明書を発行元に依頼してください
rule-chain-incomplete = { $issuer } の電子証明書がUSBトークンにありません
    .meaning = 上位の認証局の電子証明書がそろっていません
    .action = `tokencert import` で取り込んでください
rule-subject-mismatch = 名義がプロファイル `{ $profile }` のものではありません
    .meaning = プロファイルの名義人の電子証明書ではありません
    .action = 誰のUSBトークンか確かめ、本人のものでなければ電子証明書を失効させてください
rule-issue-count-outdated = 発行番号は { $count } で、同じ名義に { $latest } の電子証明書があります
    .meaning = 再発行で置き換えられた電子証明書です
    .action = 古い電子証明書を `tokencert delete` で削除してください
rule-certificate-revoked = 電子証明書は{ $revoked }に失効しました：{ $cause }
    .meaning = 電子証明書が失効しています
    .action = `tokencert delete` で削除し、まだ必要なら再発行を依頼してください
rule-token-not-initialized = USBトークンが初期化されていません
    .meaning = 一度も初期化されていないUSBトークンです
    .action = `tokencert token init` で初期化するか、箱に戻してください
rule-user-pin-not-set = USBのPINが設定されていません
    .meaning = USBのPINのないUSBトークンです
    .action = USBの解除用PIN（SO PIN）を使い、`tokencert token unlock` で設定してください
rule-user-pin-low = 誤ったUSBのPINが試され、残り回数が少なくなっています
    .meaning = 誤ったUSBのPINが試されました
    .action = 持ち主に確かめてください。正しいPINで回数は元に戻ります
rule-user-pin-final-try = あと1回誤るとUSBのPINがロックされます
    .meaning = あと1回でUSBのPINがロックされます
    .action = 持ち主に確かめてください。正しいPINが分からなければ、USBの解除用PIN（SO PIN）を使い、`tokencert token unlock` で設定し直してください
rule-user-pin-locked = USBのPINがロックされています
    .meaning = USBのPINがロックされています
    .action = USBの解除用PIN（SO PIN）を使い、`tokencert token unlock` で設定し直してください
rule-so-pin-locked = USBの解除用PIN（SO PIN）がロックされています
    .meaning = USBの解除用PIN（SO PIN）がロックされ、USBのPINがロックされたら二度と使えません
    .action = USBのPINがロックされる前に、USBトークンを交換してください
rule-firmware-old = ファームウェアは { $firmware } で、ポリシーの下限は { $minimum } です
    .meaning = ファームウェアがポリシーの下限より古いものです
    .action = メーカーのプログラムで更新するか、USBトークンを交換してください
rule-software-token = ソフトウェアのもので、ハードウェアのUSBトークンが求められています
    .meaning = ハードウェアが求められているところに、複製できるソフトウェアのものがあります
    .action = USBトークンで取得し直し、こちらの電子証明書は失効させてください
rule-public-object-replaceable = このUSBトークンを手にした人は、公開のもの { $count } 個をPINなしで置き換えられます
    .meaning = USBトークンが示すかぎり、公開のものはPINなしで置き換えられます
    .action = 電子証明書を信用する前に、発行元の記録と照らし合わせてください

unchecked-needs-pin = USBのPINが必要です
unchecked-login-failed = USBトークンにログインできませんでした：{ $cause }
unchecked-unreadable = USBトークンを読めませんでした：{ $cause }
unchecked-object-unreadable = { $count } 個のものが読めませんでした：{ $cause }
unchecked-not-said = USBトークンが { $what } を示しません
unchecked-unclear = USBトークンの答えは { $answer } で、拒否とは言えません
unchecked-unknown-key = 鍵の種類が分かりません
unchecked-unknown-algorithm = アルゴリズム { $algorithm } が分かりません
unchecked-not-initialized = USBトークンが初期化されていません
unchecked-no-crl = { $issuer } の失効リスト（CRL）が指定されていません
unchecked-crl-unverified = { $issuer } の失効リスト（CRL）を検証できませんでした
unchecked-crl-outdated = { $issuer } の失効リスト（CRL）は{ $next_update }に新しくなるはずのものです
unchecked-no-profile = 名義を示すプロファイルがありません
unchecked-no-limit = ポリシーに基準がありません
unchecked-off = ポリシーで無効にされています

# integrate
integrate-file = { $path }：
integrate-block = { $path } の末尾：
integrate-line = { $path } に加える1行：
integrate-same = { $path } はすでにそうなっています。
integrate-public-key = 公開鍵（サーバーの `~/.ssh/authorized_keys` や、サービスの画面に登録する1行）：
integrate-then = 次に：
integrate-write = `--write` を付けると、これらのファイルに書き込みます
integrate-undo-file = 元に戻すには、{ $path } を削除します。
integrate-undo-block = 元に戻すには、{ $path } の `{ $begin }` から `{ $end }` までの行を削除します。
integrate-undo-line = 元に戻すには、{ $path } の行 `{ $line }` を削除します。
integrate-ssh-kind = OpenSSHがUSBトークンの { $kind } の鍵を使えるのは、10.1以降です。
integrate-agent = ssh-agentは `/usr/lib` と `/usr/local/lib` のモジュールだけを読み込みます。`ssh-agent -P { $module }` で起動してください。
integrate-registered = { $module } はすでに { $path } で登録されています。
integrate-p11-kit-root = rootで実行されたp11-kitはここを見ません。全員のためには、ファイルを `/etc/pkcs11/modules` に置いてください。

# profile
profile-added = プロファイル { $name } を登録しました。
profile-next = `tokencert issue` で使われます
profile-none = プロファイルはありません。

# doctor
progress-doctor = モジュールとUSBトークンを調べています
probe-alone = `tokencert probe` は `tokencert doctor` の一部で、単独では使えません
    .hint = `tokencert doctor` を使ってください
doctor-next = 最初の問題から順に対処してください。問い合わせ窓口には `tokencert doctor --format json` の出力を渡してください
doctor-program = tokencert { $version }（{ $system } { $processor }）
doctor-computer = このPCとプロファイル
doctor-module = モジュール { $module }（{ $sources }）
doctor-slot = スロット { $slot }：{ $name }
doctor-searched = ほかの { $places } か所にモジュールはありません（場所は `--format json` で見られます）。
doctor-jobs = できる作業
doctor-can = できる：{ $jobs }
doctor-cannot = できない：{ $jobs }
doctor-step = → { $next }
doctor-list-separator = {"、"}
doctor-ok = 正常
doctor-note = 参考
doctor-problem = 問題
doctor-source-option = --module
doctor-source-environment = TOKENCERT_MODULE
doctor-source-configuration = 設定ファイル
doctor-source-profile = プロファイル
doctor-source-registration = p11-kitに登録
doctor-source-known-place = 通常の場所

check-clock-plausible = 時計は { $now } を示しています
check-clock-implausible = 時計が { $now } を示しています。ありえない日時です
    .next = 日付と時刻を合わせてください。電源を切るとまた狂うときは、このPCの電池が切れています
check-clock-behind = 時計は { $now } を示していますが、このプログラムのファイルは { $written } に書かれています
    .next = 日付と時刻を合わせてください。時計が狂っていると、電子証明書が有効期間前や有効期限切れに見えます
check-clock-off = 時計は { $now }、認証局の時計は { $there } を示しています
    .next = 日付と時刻を合わせてください。ネットワークから自動で合わせるのが確実です
check-time-zones-known = タイムゾーンがわかります
check-time-zone-unknown = プロファイルのタイムゾーン { $zone } は、このPCのデータベースにありません
    .next = プロファイルの作成元に問い合わせてください。`time_zone` は `Asia/Tokyo` のようなIANAの名前です
check-time-zone-of-system = このPCのタイムゾーンがわかりません
    .next = システムのタイムゾーンを設定し、環境変数 `TZ` はIANAの名前にするか、なくしてください
check-folders-usable = このプログラムのフォルダーは、本人だけが読み書きできます
check-folder-unwritable = フォルダー { $path } に書き込めません
    .next = USBトークンを使う人が書き込める、読み取り専用でない場所にしてください
check-folder-open = フォルダー { $path } の中を他人が見られます
    .next = `chmod 700` で本人だけのものになります。秘密はありませんが、誰がどの電子証明書を持つかがわかります
check-pkcs11spy-set = { $name } が設定されています。従うモジュールでは、PINを含むすべての呼び出しが記録されます
    .next = 記録が要らなくなったら { $name } を環境変数から外し、記録を削除してください
check-libraries-redirected = { $name } が設定されています。モジュールにも別のライブラリが読み込まれます
    .next = モジュールが異常終了したり読み込めなかったりするときは、{ $name } を外して試してください
check-openssl-redirected = { $name } が設定されています。多くのモジュールが使うOpenSSLに影響します
    .next = モジュールが異常終了したり止まったりするときは、{ $name } を外して試してください。PKCS#11のプロバイダーを読み込む設定では、モジュールが自分自身を呼び出します
check-pcsc-running = スマートカードのサービスは応答しています
check-pcsc-absent = スマートカードのサービスが動いていません（ソケット { $socket } がありません）
    .next = インストールして起動してください：`apt install pcscd`（または `dnf install pcsc-lite`）、続いて `systemctl enable --now pcscd.socket`
check-pcsc-silent = スマートカードのサービスが応答しません（{ $socket }）
    .next = 再起動してください：`systemctl restart pcscd`。直らないときは `journalctl -u pcscd` を見てください
check-p11-kit-absent = p11-kitのモジュール一覧がないため、ほかのプログラムにはモジュールのパスを指定する必要があります
    .next = tokencertには不要です。`apt install p11-kit` で、ほかのプログラムもUSBトークンを見つけられます
check-registration-dangling = 登録 { $file } にある { $name } が見つかりません
    .next = ドライバーをインストールし直すか、登録を削除してください

check-profile-usable = プロファイル { $name } を使えます
check-profile-none = プロファイルはありません
    .next = 金融機関や担当部署から受け取っている場合は、`tokencert profile add FILE` で登録してください
check-profile-several = プロファイルが複数あり、どれも選ばれていません：{ $names }
    .next = `--profile NAME`、または設定ファイルの `profile` で選んでください
check-profile-unusable = プロファイルを使えません：{ $reason }
    .next = もう一度受け取り、`tokencert profile add FILE` で登録し直してください
check-authority-reached = 認証局 { $authority } を使えます
check-authority-not-asked = 認証局 { $authority } には接続していません
    .next = `tokencert doctor --online` で接続して確かめます
check-authority-untrusted = 認証局 { $authority } を何で確かめるかが、まだ決まっていません
    .next = 認証局にフィンガープリントを尋ね、一度指定してください：`tokencert issue --trust sha256:HEX`
check-authority-unreachable = 認証局 { $authority } を使えません：{ $reason }
    .next = ネットワークと、`https_proxy` のプロキシーを確かめてください。直らないときは認証局に問い合わせてください

check-module-none = PKCS#11モジュールが指定されておらず、見つかりもしません
    .next = USBトークンのメーカーのドライバーをインストールするか、`--module /path/to/library` でライブラリを指定してください
check-module-answers = { $description } { $version }（{ $maker }）は応答しています
check-module-unused = 別のモジュールが指定されているため、調べていません
    .next = `tokencert doctor --all` ならこれも調べます
check-module-absent = ファイルがありません
    .next = USBトークンのメーカーのドライバーをインストールするか、指定しているパスを直してください
    .download = { $download } からドライバーをインストールしてください
check-module-relative = 相対パスで指定されています
    .next = 絶対パスで指定してください。例：`--module /usr/lib/softhsm/libsofthsm2.so`
check-module-unreadable = ファイルを読めません：{ $reason }
    .next = USBトークンを使う人が読めるようにしてください
check-module-not-library = 共有ライブラリではないファイルです
    .next = メーカーのライブラリ（`.so`、`.dylib`、`.dll`）を指定してください。テキスト、フォルダー、プログラムではありません
check-module-architecture = ライブラリは { $found } 用ですが、このプログラムには { $needed } 用が必要です
    .next = { $needed } 用のドライバーをインストールしてください
check-module-dependency = 必要なライブラリがありません：{ $reason }
    .next = そのライブラリのパッケージか、ドライバー全体をインストールし直してください。必要なものは `ldd`（macOSでは `otool -L`）で見られます
check-module-symbols = 必要なライブラリの版が違います：{ $reason }
    .next = このシステムの版に合うドライバーをインストールし、`LD_LIBRARY_PATH` と `LD_PRELOAD` を外して試してください
check-module-not-pkcs11 = ライブラリですが、PKCS#11モジュールではありません（C_GetFunctionListがありません）
    .next = PKCS#11用のライブラリは別の名前です。メーカーに尋ねるか、`tokencert doctor --all` で見つかるものを見てください
check-module-unloadable = 読み込めません：{ $reason }
    .next = ドライバーをインストールし直してください。直らないときはメーカーに問い合わせてください
check-module-wants-text = C_InitializeがCKR_ARGUMENTS_BADを返しました。初期化のための文字列が必要です
    .next = `--module-init` で指定してください。NSSの例：`--module-init "configdir='sql:/path' flags="`
check-module-refused = { $reason }
    .next = ドライバーのサービスが動いていて、その設定を読めるかを確かめてください。直らないときは、コードの意味をメーカーに問い合わせてください
check-module-crashed = { $call } で異常終了しました（{ $signal }）
    .next = USBトークンのメーカーの最新のドライバーをインストールし、この結果をメーカーに渡してください
check-module-hung = { $call } に { $seconds } 秒たっても応答がないため、終了させました
    .next = USBトークンを抜いて挿し直し、もう一度調べてください（遅いものは `--time-limit 2m`）。USBトークンを使うほかのプログラムは閉じてください
check-module-ended = { $call } でプロセスを終了させました（終了コード { $status }）。最後の出力：{ $said }
    .next = USBトークンのメーカーの最新のドライバーをインストールし、この結果をメーカーに渡してください
check-module-crashed-at-end = すべて終わったあと、{ $call } で異常終了しました（{ $signal }）
    .next = `--no-finalize`、または設定ファイルの `no-finalize = true` を使ってください。失われるものはありません
check-module-hung-at-end = すべて終わったあと、{ $call } に { $seconds } 秒たっても応答がありません
    .next = `--no-finalize`、または設定ファイルの `no-finalize = true` を使ってください。失われるものはありません
check-module-finalize-failed = すべて終わったあと、{ $reason }
    .next = 何もしなくてかまいません。影響はありません
check-module-clash = 異常終了するモジュールは、プロセスの中の別のライブラリ（多くは別のOpenSSL）とぶつかっていることがあります
    .next = tokencertはOpenSSLを使いません。`LD_PRELOAD`、`LD_LIBRARY_PATH`、`OPENSSL_CONF` を外して試し、同じUSBトークンのドライバーが2つあれば1つにしてください
check-module-no-slots = 読み取り装置もスロットも見えません
    .next = USBトークンか読み取り装置を挿してください。挿さっているときは、そのメーカーのモジュールかどうかを確かめてください
check-module-no-tokens = スロットは { $count } 個ありますが、USBトークンはどれにもありません
    .next = USBトークンを挿してください。挿さっているときは、そのメーカーのモジュールかどうかを確かめてください

check-slot-failed = スロット { $slot } が応答しません：{ $reason }
    .next = 入っているものを抜いて挿し直してください。別のメーカーのカードかもしれません

check-token-ready = すべての作業に使えます
check-token-uninitialized = まだ初期化されていません
    .next = 使うときは `tokencert token init`（中身は失われます）
check-token-read-only = 書き込み禁止です
    .next = USBトークンのメーカーのモジュールを使ってください。OpenSCでは読めるだけのものが多くあります。「Digital Signature」側はそのままでかまいません
check-token-error-state = 故障していると自ら示しています（CKF_ERROR_STATE）
    .next = 抜いて挿し直してください。直らないときはメーカーに問い合わせてください
check-token-pin-unset = USBのPINが一度も設定されていません
    .next = 管理者が `tokencert token unlock` で設定します（USBの解除用PIN（SO PIN）が必要）
check-token-pin-locked = USBのPINはロックされています
    .next = 管理者が `tokencert token unlock` で解除できます。中身は失われません
check-token-pin-final-try = あと1回間違えるとUSBのPINがロックされます
    .next = 推測で入力しないでください。確かなら `--final-try` を使い、そうでなければ `tokencert token unlock` で解除してもらってください
check-token-pin-low = USBのPINが間違って入力されています
    .next = 正しいPINで回数は元に戻ります。推測で入力しないでください
check-token-pin-to-be-changed = 先にUSBのPINを変更する必要があります
    .next = `tokencert token pin` で変更してください
check-token-so-pin-locked = USBの解除用PIN（SO PIN）はロックされており、誰にも解除できません
    .next = USBのPINは引き続き使えます。それもロックされたら、USBトークンのメーカーにお尋ねください
check-token-so-pin-final-try = あと1回間違えるとUSBの解除用PIN（SO PIN）が永久にロックされます
    .next = 確かでない人は入力しないでください
check-token-so-pin-low = USBの解除用PIN（SO PIN）が間違って入力されています
    .next = 確かでない人は入力しないでください。ロックは誰にも解除できません
check-token-so-pin-to-be-changed = 先にUSBの解除用PIN（SO PIN）を変更する必要があります
    .next = `tokencert token pin --so` で変更してください
check-token-factory-pin = この種類は、公開されている出荷時のPINで届きます。変更済みかどうかは試していません
    .next = まだなら `tokencert token pin`、USBの解除用PIN（SO PIN）は `tokencert token pin --so` で変更してください
check-token-keypad = USBのPINは読み取り装置のキーで入力します
    .next = 何もしなくてかまいません。`--pin-source` は付けないでください
check-token-without-login = PINなしで使えます。持っている人は誰でも鍵を使えます
    .next = そのつもりでなければ、メーカーのツールでPINを設定してください
check-token-full = 空きが { $free } バイトしかなく、鍵と電子証明書が入りません
    .next = `tokencert list` で中身を見て、要らなくなったものを削除してください
check-token-software = ソフトウェアの鍵入れです。ファイルごと複製できます
    .next = そのつもりなら、何もしなくてかまいません
check-token-software-refused = ソフトウェアの鍵入れですが、プロファイルでは専用USBに限られています
    .next = メーカーのドライバーをインストールし、専用USBを挿してください
check-token-unnamed = ラベルもシリアル番号もありません
    .next = 1つだけのときにしか使えません。`tokencert token init` でラベルを付けられます
check-token-ambiguous = { $token }と同じラベルのものがほかにもあります
    .next = シリアル番号で選んでください：`--token SERIAL`
check-token-twice = { $token }は別のモジュールにも見えています
    .next = 何もしなくてかまいません。1つとして扱います。二重に入っているドライバーは削除できます
check-mechanisms-unknown = 何ができるかを示しません：{ $reason }
    .next = 試してみてください。一覧になくてもできることがあります
check-token-no-keys = 鍵を作れません
    .next = USBトークンのメーカーのモジュールか、別のUSBトークンを使ってください
check-token-no-signatures = 使える署名方式がありません
    .next = USBトークンのメーカーのモジュールか、別のUSBトークンを使ってください
check-token-no-rsa = RSAの鍵を作れません
    .next = 認証局が受け付けるなら `--key ec:p256` を使ってください
check-token-no-ec = 楕円曲線の鍵を作れません
    .next = `--key rsa:2048` 以上を使ってください
check-token-short-rsa = RSAの鍵は { $bits } ビットまでです。認証局が受け付けるのは2048ビット以上です
    .next = `--key ec:p256` か、別のUSBトークンを使ってください
check-token-no-pss = RSA-PSSが一覧にないため、RSAの鍵でのログインにはTLS 1.2を使います
    .next = サーバーがTLS 1.2を受け付けるなら、何もしなくてかまいません。そうでなければ `--key ec:p256` を使ってください
check-token-no-combined = SHA256とRSAを一度に行う方式が一覧にないため、ハッシュはこのPCで計算します
    .next = 何もしなくてかまいません。結果は同じです
check-token-profile-key = プロファイルの求める種類（{ $key }）の鍵を作れません
    .next = 認証局が配った種類のUSBトークンを使ってください。それでもだめなら問い合わせ窓口へ
check-token-profile-pss = プロファイルはRSA-PSSを求めていますが、一覧にありません
    .next = 認証局が配った種類のUSBトークンを使ってください。それでもだめなら問い合わせ窓口へ

check-token-none = USBトークンがどのスロットにもありません
    .next = USBトークンを挿してください。挿さっているときは、メーカーのドライバーか読み取り装置のドライバーがありません
check-token-of-pc-none = このPCにはまだ鍵の保管場所がありません
    .next = `tokencert issue --to pc` で作られます
check-jobs-impossible = 使えるUSBトークンのない作業：{ $jobs }
    .next = USBトークンごとに上に示した点が原因です。作業の説明は `tokencert help` にあります
check-jobs-possible = どの作業にも使えるUSBトークンがあります

# コマンドの説明
help = USBトークンの中で作られ、外に出ることのない秘密鍵の電子証明書
help-issue = 電子証明書を取得する：USBトークンで鍵を作り、認証局に要求し、電子証明書を鍵とともに保存する
    .long = いつ中断してもかまいません。同じコマンドをもう一度実行すると、続きから進みます。有効な電子証明書がすでにあるときは、何も変更しません。
help-renew = 有効期限前に電子証明書を更新する：新しい鍵と電子証明書を、同じUSBトークンか別のUSBトークンに作る
    .long = 更新期間前なら何も変更せず、終了コードは0です。古い鍵と電子証明書は `--retire` で削除するまで残ります。いつ中断してもかまいません。同じコマンドをもう一度実行すると、続きから進みます。
help-former-key = 別のUSBトークンへの更新のために、古い鍵で署名する（`tokencert renew` が内部で使う）
help-doctor = うまく動かない理由と、その対処を調べる
    .long = このPC、プロファイル、使われるすべてのモジュール、スロット、USBトークンを調べます。モジュールは1つずつ別のプロセスで読み込むので、異常終了や無応答も結果として表示されます。何も書き込まず、PINを尋ねず、USBトークンにログインもしません。問題があるとき、終了コードは3です。
help-probe = `tokencert doctor` のためにモジュールを調べる（`tokencert doctor` が内部で使う）
help-login = 電子証明書と暗証番号でログインする
    .long = サーバーが認めた名義と、電子証明書の残り日数を表示します。電子証明書が複数あるときは役割に合うものを使い、どれを使ったかを表示します。
help-status = 名義、有効期限、次の操作を表示する
    .long = PINは要りません。するべきことがあるとき、終了コードは3です。
help-audit = 接続されているUSBトークンを点検する：複製できる鍵、有効期限の近い電子証明書、ロックされたPIN
    .long =
        すべてのモジュールのすべてのUSBトークン、または `--token` で指定したものを調べます。何も変更しません。
        秘密鍵はUSBのPINがなければ見えません。1つのUSBトークンなら `--pin-source`、複数なら `--pin-map` で
        指定します。確認できなかったことは、そう示します。問題があれば終了コードは3です。
help-audit-module = 複数のモジュールを点検するとき、このプログラムの別のプロセスのために調べる
help-list = USBトークンの鍵と電子証明書を一覧する
    .long = PINなしでは公開されているもの（電子証明書と、多くの場合は公開鍵）だけが見えます。`--login` を付けないかぎり、PINを尋ねることはありません。
help-show = 鍵または電子証明書を1つ詳しく表示する
    .long = 秘密鍵が何を拒否するかを、その場で確かめます。それには `--login` またはPINの取得元が必要です。
help-export = 電子証明書、証明書チェーン、公開鍵を書き出す
    .long = 秘密鍵を書き出すことはありません。
help-request = USBトークンで鍵を作り、その発行要求（CSR）を作る
    .long = 鍵はUSBトークンの中で作られ、外に出ません。発行要求はPKCS#10を受け付けるどの認証局にも出せます。回答は `tokencert import` で取り込みます。
help-import = 電子証明書を、その鍵があるUSBトークンに取り込む
    .long = 電子証明書は対応する秘密鍵とともに保存され、鍵がなければ受け付けられません。証明書チェーンも一緒に保存されます。PEM、DER、PKCS#7（.p7b）のファイルを読めます。
help-delete = USBトークンから鍵や電子証明書を削除する（元に戻せません）
    .long = 削除した秘密鍵はどこからも取り戻せません。確認のため、USBトークンのシリアル番号を指定します。
help-token = USBトークンの一覧、初期化、PINの変更と解除、接続待ち
help-token-list = 接続されているUSBトークンを一覧する
    .long = `--module` がなければ、見つかったモジュールをすべて、それぞれ別のプロセスで調べます。
help-token-init = USBトークンを初期化する：ラベル、USBの解除用PIN（SO PIN）、USBのPINを設定する
    .long = USBトークンの中身はすべて失われます。初期化済みのものは、シリアル番号による確認と現在のUSBの解除用PIN（SO PIN）が必要です。鍵や電子証明書が入っているものは初期化しません。
help-token-pin = USBのPIN、またはUSBの解除用PIN（SO PIN）を変更する
help-token-unlock = USBの解除用PIN（SO PIN）を使って新しいUSBのPINを設定し、ロックを解除する
    .long = USBトークンの中身は失われません。金融機関のUSBトークンでは、USBの解除用PIN（SO PIN）が知らされていないことがあります。金融機関にお尋ねください。
help-token-wait = USBトークンが接続されるまで待つ
help-pending = 途中で終わっている発行や発行要求を一覧する、または取りやめる
    .long = 中断した `tokencert issue` や `tokencert request` は、同じコマンドをもう一度実行すると続きから進みます。そのコマンドは `tokencert status` に表示されます。
help-pending-list = 途中で終わっているものを一覧する
help-pending-abandon = 途中で終わっているものを、そのための鍵とともに取りやめる
    .long = 電子証明書が発行されたかもしれないときは、鍵は削除されません。
help-profile = 金融機関や担当部署のプロファイルを登録、一覧、表示する
    .long = プロファイルには、どの認証局に、どの名義で、どの鍵で要求するか、どこに問い合わせるかが書かれています。
help-profile-add = プロファイルを登録する（同じ名前のものは置き換える）
help-profile-list = プロファイルを一覧する
help-integrate = USBトークンの鍵と電子証明書を、ほかのプログラムで使えるようにする
    .long = 必要な設定を表示し、`--write` を付けると書き込みます。PINは要らず、どこにも書き込まれません。PINはほかのプログラムが尋ねます。
help-integrate-openssl = OpenSSL：PKCS#11用のエンジンまたはプロバイダーを通して、鍵で署名する
    .long = 設定はシステムの設定を取り込む別のファイルで、`OPENSSL_CONF` で指定します。
help-integrate-ssh = OpenSSH：鍵でログインする
    .long = `--host` がなければ、どの接続でもUSBトークンの鍵を使えるようになります。あれば、そのホストにはこの鍵だけが使われます。
help-integrate-curl = curl：電子証明書でサーバーにログインする
    .long = OpenSSLで作られたcurlが必要です。
help-integrate-git = git：SSHの鍵として、コミットとタグに署名する
    .long = USBトークンに署名を求められるのはssh-agentだけなので、ssh-agentに鍵を渡します（`ssh-add -s MODULE`）。
help-integrate-p11-kit = p11-kit：そこでUSBトークンを探すプログラムのために、モジュールを登録する
    .long = GnuTLSやGNOMEなど、多くのプログラムがUSBトークンを自分で見つけるようになります。
help-profile-show = プロファイルの内容をすべて表示する
# 引数の説明
arg-module = USBトークンのメーカーのPKCS#11モジュール（ライブラリの絶対パス）
arg-token = USBトークン：ラベル、シリアル番号、またはPKCS#11 URI
arg-pin-source = USBのPINの取得元：file:PATH、env:NAME、fd:N。なければ尋ねる
arg-to = 鍵を作る場所：USBトークン（usb）、またはこのPC（pc）
arg-profile = 金融機関や担当部署のプロファイル。なければ、登録されている唯一のもの
arg-config = 通常の設定ファイルの代わりに読むファイル
arg-module-init = モジュールの初期化に渡す文字列（NSSで必要）
arg-no-profile = プロファイルを使わない（1つだけ登録されている場合も）
arg-no-finalize = C_Finalizeを呼ばない（そこで失敗したり異常終了したりするモジュールのため）
arg-wait = USBトークンが差し込まれるまで待つ時間（90s、2m、1hなど。数字だけなら秒）
arg-verbose = 経過を詳しく表示する（重ねるとさらに詳しく）
arg-login = 先にログインして、秘密鍵も見る
arg-selector = 16進のCKA_ID、ラベル、電子証明書のsha256:HEX、またはPKCS#11 URI。`id:` と `label:` で読み方を決められる
arg-out = 標準出力の代わりに書き込むファイル
arg-san = 別名：dns:NAME、email:ADDRESS、ip:ADDRESS、uri:URI、upn:NAME。繰り返し指定できる
arg-existing = 新しい鍵の代わりに使う、USBトークンにある鍵のCKA_ID
arg-label = 新しい鍵のラベル。なければ名義のコモンネーム
arg-token-init-present-pin-source = 今のUSBのPINの取得元。PINなしでは見えない鍵があるかを調べるため
arg-confirm-serial = 確認のためのUSBトークンのシリアル番号
arg-so-pin-source = USBの解除用PIN（SO PIN）の取得元：file:PATH、env:NAME、fd:N
arg-new-pin-source = 新しいPINの取得元：file:PATH、env:NAME、fd:N
arg-trust = サーバーの証明書がつながるべき認証局：その証明書のファイル、またはsha256:HEX。なければプロファイルのもの、または以前に確認したもの
arg-holder = 認証局での名義：契約者ID、契約者ID/利用者ID、または利用者名。なければ契約者IDと利用者IDから決まる
arg-account-pin-source = 暗証番号の取得元：file:PATH、env:NAME、fd:N。なければ尋ねる
arg-second-factor-source = ワンタイムパスワードまたは確認暗証番号の取得元：file:PATH、env:NAME、fd:N。なければ尋ねる
arg-enrolment-code-source = 登録コードの取得元：file:PATH、env:NAME、fd:N。暗証番号と確認暗証番号の代わりになる
arg-manifest = 接続されているすべてのUSBトークンを、このCSVの行に従って処理する。--waitを付けると、後から接続されたものも処理する
arg-ledger = 各行の結果を残し、次の実行で続きから進めるためのファイル。なければ一覧の隣
arg-init = 先にUSBトークンを行のラベルで初期化する。未初期化のものと、一覧にシリアル番号があるものだけ
arg-pin-folder = USBトークンごとのファイル（1行目がUSBのPIN、2行目が解除用PIN）を入れたフォルダー
arg-random-pins = 同じくフォルダー。ファイルがないUSBトークンには、乱数でPINを作る
arg-worker = このプログラムが起動した処理として、1つのUSBトークンを処理する
arg-login-url = ログインするアドレス。なければプロファイルのもの
arg-login-role = どの役割でログインするか：利用者（user）または管理者（administrator）
arg-renew-selector = 電子証明書が複数あるときに選ぶ：16進のCKA_ID、ラベル、sha256:HEX、またはPKCS#11 URI
arg-renew-same-key = 鍵を変えず、同じ鍵に新しい電子証明書を受ける
arg-renew-retire = 新しい鍵と電子証明書を確かめてから、古いものを削除する
arg-renew-from = 古い電子証明書が別の場所にあるとき：そのUSBトークンのラベル、シリアル番号、PKCS#11 URI、または `pc`。電子証明書そのものも指定できる
arg-renew-from-module = 古い電子証明書のあるUSBトークンのPKCS#11モジュール（別のものを使う場合。ライブラリの絶対パス）
arg-former-key-retire = 指示されたら古い鍵と電子証明書を削除する
arg-renew-from-pin-source = 古い電子証明書のあるUSBトークンのPINの取得元：file:PATH、env:NAME、fd:N。なければ尋ねる
arg-authority = 認証局：https://HOST[:PORT][/LABEL]、tokencert-ca のフォルダー dir:PATH、または受け渡しフォルダー files:DIR。なければプロファイルのもの
arg-issue-subject = 名義。例：'CN=Taro Yamada,O=Example,C=JP'。なければプロファイルのもの
arg-issue-contract = プロファイルの名義に使う契約者ID（利用者番号）。必要なら尋ねる
arg-issue-user = プロファイルの名義に使う利用者ID。なければ管理者のもの
arg-issue-name = プロファイルの名義に使う氏名。必要なら尋ねる
arg-issue-key = 鍵の種類。例：rsa:2048、ec:p256。なければプロファイルのもの、それもなければ rsa:2048
arg-issue-another = 有効な電子証明書や、電子証明書のない鍵があっても、もう1つ取得する
arg-status-within = 有効期限のこの日数前から期限間近とする。なければプロファイルのとおり、それもなければ 30d
arg-audit-policy = 規則とその重大度を定めるポリシー（TOMLファイル）。なければ通常のもの
arg-audit-crl = 失効リスト（CRL）。認証局ごとに複数指定できる
arg-audit-pin-map = USBトークンごとのPINの取得元のファイル。各行は SERIAL=SOURCE
arg-audit-fail-on = 終了コードを3にする最低の重大度。なければポリシーのもの、それもなければ low

arg-any-selector = 16進のCKA_ID、ラベル、電子証明書のsha256:HEX、またはPKCS#11 URI。なければ、唯一の鍵
arg-write = 表示する代わりに、ファイルに書き込む
arg-replace = すでにあって内容の違うものを置き換える
arg-integrate-openssl-with = OpenSSLとPKCS#11をつなぐもの：エンジン（engine）またはプロバイダー（provider）。なければ、プロバイダーがあればそれ、なければエンジン
arg-integrate-ssh-host = この鍵だけを使うホスト（ssh_configの `Host` の書き方）
arg-integrate-git-email = 鍵が署名するメールアドレス。なければgitの `user.email`、または電子証明書のもの
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
arg-token-wait-timeout = この時間で待つのをやめる（90s、2m、1hなど。数字だけなら秒）
arg-pending-abandon-id = `tokencert pending list` に表示されるID
arg-profile-add-file = プロファイルのファイル。`-` は標準入力。https://… なら取得する
arg-profile-show-name = `tokencert profile list` に表示される名前
arg-completions-shell = シェル
arg-doctor-all = 別のモジュールが指定されているために使われないものも調べる
arg-doctor-online = プロファイルの認証局に接続できるかも確かめる
arg-doctor-time-limit = モジュールの応答を待つ時間（90s、2m、1hなど。数字だけなら秒）


# マニュアルページ
man-env-folders = 利用者のフォルダー。下のファイルはそこにある。
man-env-proxy = 認証局への接続に使うプロキシと、プロキシを使わないホスト。
man-env-spy = 設定されていれば警告する。OpenSCのspyがPINをログに書くことがある。
man-env-pcsc = `doctor` がスマートカードのサービスを探す場所（そのライブラリも同じものを読む）。
man-env-windir = USBトークンのメーカーがモジュールを置く、Windowsのフォルダー。
man-env-integrate = `integrate` が、OpenSSLやgitと同じように従う。
man-file-config = 共通オプションの既定値（TOML）。
man-file-profiles = 登録されたプロファイル。
man-file-integrate = `integrate --write` がほかのプログラムのために書いたもの。
man-file-softhsm = `--to pc` が鍵を保存する場所。
man-file-journal = 途中で終わっているもの（公開してよいデータだけ）。
man-file-deletions = 途中で終わっている削除。
man-file-provenance = ここで作られた鍵の記録と、USBトークンから外した電子証明書の控え。
man-file-trust = サーバーを信頼するもとになった証明書。
man-file-locks = USBトークンごとのロック。
man-file-scratch = 実行中にプロセスの間で受け渡すファイル。
man-file-modules = p11-kitに登録されたモジュール。
