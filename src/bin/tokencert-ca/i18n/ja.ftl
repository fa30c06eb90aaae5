# このプログラムだけの日本語の文言。用語は共通の文言のファイルに書いてある。

module-needed = USBトークンのPKCS#11モジュールが指定されていません
    .hint = `--module /path/to/library` で指定するか、`--token` と `--pin-source` を外してフォルダー内のSoftHSM2を使ってください
module-not-softhsm = このモジュールはSoftHSM2ではないため、認証局のフォルダー内では使えません
    .hint = 鍵を置くUSBトークンを `--token` で指定してください
key-begun = 前回の実行で { $kind } の鍵を作成済みです
    .hint = `--key { $kind }` を指定して続けてください
key-made = 認証局の鍵は { $kind } で、作り直すことはありません。何も変更していません
    .hint = 別の種類の鍵の認証局は、`--dir` で別のフォルダーに作ってください
name-empty = 認証局の名前が空です
    .hint = 電子証明書に載せる名前を指定してください。例：`--name 'Example CA'`
softhsm-missing = 認証局の鍵を保管するSoftHSM2が見つかりません
    .hint = `softhsm2` をインストールするか、そのライブラリを `--module` で指定するか、`--module` と `--token` で別のUSBトークンを指定してください

generating = { $token } に認証局の鍵を作成しています。
authority-created = 認証局「{ $name }」を { $path } に作成しました。このフォルダーを読める人は誰でも電子証明書を発行できます。
authority-already-there = 認証局「{ $name }」はすでに { $path } にあります。
certificate-issued = { $subject } に電子証明書を発行しました。シリアル番号 { $serial }、有効期限 { $day }。{ $path } に書き込みました。
certificate-already-issued = { $subject } には電子証明書を発行済みです。シリアル番号 { $serial }、有効期限 { $day }。{ $path } に書き込みました。
profile-written = プロファイル { $name } を { $path } に書き込みました。
listening = { $url } で待ち受けています
tls-key-open = サーバーの鍵 { $path } は他の利用者にも読めます。`chmod 600` で自分だけにできます

# 窓口
ask-confirmation-pin = { $contract } の管理者の確認暗証番号
confirmation-pin-missing = 管理者の確認暗証番号が必要ですが、入力できる端末がありません
    .hint = `--confirmation-pin-source file:PATH`、`env:NAME`、`fd:N` のいずれかで指定してください
ask-reissue = { $holder } の現在の電子証明書をただちに失効させ、再発行しますか（する場合は「はい」、しない場合はEnter）
ask-revoke = { $holder } の電子証明書をただちに失効させますか（する場合は「はい」、しない場合はEnter）
ask-revoke-certificate = { $holder } の電子証明書 { $serial } をただちに失効させますか（する場合は「はい」、しない場合はEnter）
confirmation-needed = 電子証明書が使えなくなる操作ですが、確認できる端末がありません
    .hint = 実行する場合は `--yes` を付けてください
nothing-changed = 何も変更していません。
clock-behind = このコンピューターの時計は { $now } ですが、記録には { $last } の出来事があります。これから記録される日付は正しくない可能性があります
contract-added = 契約 { $contract }（金融機関コード { $institution }）を登録しました。
contract-none = 契約はまだありません。
holder-added = { $holder } を登録しました。
holders-none = 登録されている人はまだいません。
holder-suspended = { $holder } の利用を停止しました。`holder resume` まで、ログインも電子証明書の取得もできません。
holder-resumed = { $holder } の利用を再開しました。
holder-unlocked = { $holder } はロックされていません。
holder-reissued = { $holder } の電子証明書を再発行できるようにしました。
holder-revoked = { $holder } の電子証明書を失効させました。
pins-set = { $holder } の暗証番号と確認暗証番号を、指定されたものにしました。ロックも解除されています。
pins-reset = { $holder } の暗証番号と確認暗証番号を新しくしました。ロックも解除されています。
code-renewed = { $holder } のワンタイムパスワードの秘密鍵を新しくしました。古いものは使えません。
permit-holder-missing = 一覧の{ $line }行目にholderがありません
    .hint = `holder`の欄にCONTRACTまたはCONTRACT/USERを記入してください
codes-written = 登録コード{ $count }個を { $path } に書き込みました。このファイルを読める人は、電子証明書を取得できます。
codes-until = { $day }まで使えます。
first-pin = 暗証番号
first-confirmation-pin = 確認暗証番号
shown-once = 表示されるのは今回だけです。
certificate-none = { $holder } の電子証明書はまだありません。
certificate-revoked = { $subject } の電子証明書 { $serial } を失効させました。
crl-written = 失効した電子証明書の一覧（CRL）を { $path } に書き込みました。
log-empty = 該当する記録はありません。
url-invalid = 「{ $url }」はサーバーのアドレスではありません
    .hint = https://ca.example.jp:8443 または https://ca.example.jp:8443/LABEL のように書いてください
absent = －

# 本人に伝えること
tell-holder = { $holder } に伝えること：
tell-present = 現在の電子証明書
tell-stopped = ただちに使えなくなります（シリアル番号 { $serial }）
tell-acquire-by = 取得期限
tell-command = コマンド
tell-contract = 契約者ID
tell-user = 利用者ID
tell-ready = 用意するもの
list-separator = 、
ready-usb-token = 専用USB
ready-token-pin = USBのPIN
ready-account-pin = 暗証番号
ready-confirmation-pin = 確認暗証番号
ready-one-time-code = ワンタイムパスワード
missing-resume = { $holder } は利用停止中です。`tokencert-ca holder resume { $holder }` を実行するまで、電子証明書を取得できません
missing-email = { $holder } のメールアドレスが登録されていないため、期限前のお知らせを送れません
missing-second-factor = { $holder } のワンタイムパスワードがまだ登録されていません。`tokencert-ca holder otp` で登録してください

# 見出しと状態
heading-id = ID
heading-kana = カナ氏名
heading-name = 漢字氏名
heading-email = メールアドレス
heading-state = 電子証明書の状態
heading-count = 発行番号
heading-registered = 発行データ登録日
heading-serial = シリアル番号
heading-until = 有効期限
heading-institution = 金融機関コード
heading-second-factor = 追加の認証
heading-contract = 契約者ID
heading-since = 登録日
heading-at = 日時
heading-actor = 操作者
heading-action = 操作
heading-subject = 対象
heading-detail = 詳細
heading-holder = 名義人
heading-issued = 発行日
heading-renews = 更新前のシリアル番号
heading-logged-in = 最初のログイン
heading-days = 日前
heading-outcome = 結果
state-waiting = 取得待ち（{ $day }まで）
state-valid = 有効
state-in-renewal-window = 更新期間中
state-acquirable = 有効期限切れ、再取得可（{ $day }まで）
state-reissue-needed = 再発行が必要
state-expired = 有効期限切れ
state-revoked = 失効
state-revoked-on = { $day }に失効（{ $reason }）
state-suspended-stopped = 利用停止中（停止）
state-suspended-lost = 利用停止中（紛失）
state-locked = { $state }、ロック中
reason-lost = 紛失
reason-stopped = 利用終了
reason-compromised = 鍵の漏えい
reason-reissued = 再発行

# お知らせ
notice-due = 送信待ち
notice-sent = 送信済み
notice-no-address = メールアドレスなし
notice-taken = 別の実行が送信中
notice-failed = 未送信（次回に再送します）：{ $reason }
notice-uncertain = 送信結果不明（再送しません）：{ $reason }
notice-cut-short = 前回の実行が途中で止まりました
notice-none = 送るお知らせはありません。
smtp-invalid = このメールサーバーのアドレスは使えません
    .hint = smtps://USER@mail.example.jp または smtp://localhost のように書き、パスワードは `--smtp-password-source` で指定してください
smtp-user-missing = パスワードが指定されていますが、メールサーバーのアドレスに利用者名がありません
    .hint = smtps://USER@mail.example.jp のように書いてください
smtp-password-missing = メールサーバーのパスワードが必要ですが、入力できる端末がありません
    .hint = `--smtp-password-source file:PATH`、`env:NAME`、`fd:N` のいずれかで指定してください
ask-smtp-password = メールサーバーの { $user } のパスワード
mail-from-invalid = 「{ $address }」はメールの差出人にできません
    .hint = ca@example.jp または 'Example CA <ca@example.jp>' のように書いてください
mail-subject = 電子証明書の更新をお願いします
mail-body =
    { $name } 様

    お使いの電子証明書は、あと{ $left }日（{ $day }）で有効期限を迎えます。

      名義人        { $holder }
      シリアル番号  { $serial }

    期限までに専用USBを接続し、次のコマンドで更新してください。

      tokencert renew

    期限を過ぎると、この電子証明書ではログインできません。

    { $authority }

# バックアップ
ask-passphrase = 鍵のパスフレーズ
passphrase-missing = 鍵のパスフレーズが必要ですが、入力できる端末がありません
    .hint = `--passphrase-source file:PATH`、`env:NAME`、`fd:N` のいずれかで指定してください
backup-written = バックアップを { $path } に書き込みました。鍵もPINも含まれていません。
backup-written-with-keys = バックアップを { $path } に書き込みました。鍵はパスフレーズで暗号化されています。
restored = 認証局を { $path } に復元しました。
restored-without-keys = バックアップに鍵は含まれていません。使い始める前に`secrets.key`（認証局の鍵がこのフォルダにあった場合は`tokens/`と`pin`も）を { $path } に戻してください
restored-keys-left = バックアップには鍵が含まれていますが、`--passphrase-source`がないため復元していません。鍵も復元するには、{ $path }（PostgreSQLに復元した場合はその内容も）を削除し、`--passphrase-source`を付けてもう一度復元してください

# 説明

help = 鍵をUSBトークンかSoftHSM2に置く小さな認証局
help-init = 認証局を作る（フォルダー、鍵、認証局自身の電子証明書）
    .long =
        --token と --pin-source を指定しなければ、フォルダー内のSoftHSM2に鍵を作り、乱数のPINをフォルダーの所有者だけが読めるように置きます。
        このフォルダーを読める人が認証局です。途中で止まった場合は、同じコマンドで続きから再開します。完成した認証局は決して変更しません。
help-sign = ファイルの発行要求に電子証明書を発行する
    .long =
        共通名（CN）と別名は発行要求から、名義の残りは認証局のポリシーから取ります。有効な電子証明書がある鍵には同じ電子証明書を返します。
        書き出すファイルには、電子証明書、認証局の電子証明書の順に入ります。
help-serve = 認証局をHTTPS（EST、RFC 7030）で提供する
    .long =
        利用者が取得、更新、ログインできます。/crl は失効した電子証明書の一覧、/profile は `tokencert profile add` で追加するプロファイルです。
        サーバーの電子証明書は、指定しなければ認証局が作り、期限の前に更新します。Ctrl-Cを押すと、処理中の要求に答えてから終わります。
help-profile = 利用者がこの認証局を使うためのプロファイルを作る
help-profile-export = `tokencert profile add` で追加するプロファイルをファイルに書き出す
arg-dir = 認証局のフォルダー
arg-name = 認証局の名前。認証局と利用者の電子証明書に入る
arg-subject = 認証局の電子証明書の名義（名前から作る名義の代わり）
arg-key = 認証局の鍵の種類。なければ rsa:3072
arg-token = 認証局の鍵を置くUSBトークンのラベル、シリアル番号、またはPKCS#11 URI
arg-module = 認証局の鍵があるUSBトークンのPKCS#11モジュール。ライブラリの絶対パス
arg-pin-source = 認証局の鍵のPINの取得元：file:PATH、env:NAME、fd:N
arg-contract = 契約を指定せずに登録された人の契約者ID
arg-institution = 金融機関を指定せずに登録された契約の金融機関コード
arg-csr = 発行要求（PKCS#10）のファイル
arg-out = 電子証明書を書き込むファイル。すでにあれば置き換える。`-` なら標準出力
arg-profile-export-out = プロファイルを書き込むファイル
arg-profile-export-name = プロファイルの名前（認証局の名前から作る名前の代わり）
arg-shell = シェル
arg-listen = 待ち受けるアドレスとポート。ポート0なら空いているものを使う
arg-serve-name = 利用者がサーバーに接続するときの名前
arg-tls-certificate = サーバーの電子証明書とそのチェーン（認証局が作るものの代わり）
arg-tls-key = その電子証明書の鍵
arg-profile-name = /profile が返すプロファイルの名前（認証局の名前から作る名前の代わり）
arg-password-rate = 一つのアドレスが1分間に暗証番号を送れる回数
arg-verbose = 要求ごとに記録する。2回指定するとさらに詳しく
arg-registry = 登録簿のあるPostgreSQLデータベースのURL（フォルダー内のファイルの代わり）
help-contract = 契約を登録する。契約ごとに管理者1人と利用者がいる
    .long = 小さな組織では不要です。登録された人は、`init` で決めた契約に属します。
help-contract-add = 契約を登録する
help-contract-list = 契約の一覧を表示する
arg-contract-add-contract = 契約者ID。空白、コロン、スラッシュは使えない
arg-contract-add-institution = 契約先の金融機関コード
help-holder = 電子証明書を持つ人（管理者と利用者）を登録し、管理する
help-holder-add = 管理者を、--user を付けたときは利用者を登録する
    .long =
        電子証明書を取得できるようになります。最初の暗証番号、確認暗証番号、ワンタイムパスワードの秘密鍵は乱数で作り、
        今回だけ表示します。
arg-holder-add-contract = 契約者ID。なければ登録する（認証局の契約の代わり）
arg-holder-add-institution = 契約先の金融機関コード
arg-user = 利用者ID。指定しなければ契約の管理者を登録する
arg-kana = カナ氏名
arg-holder-add-name = 漢字氏名
arg-email = お知らせの送り先のメールアドレス
arg-second-factor = 取得時に暗証番号のほかに求めるもの（ポリシーの代わり）
arg-administrator = 窓口に来ているこの契約の管理者の規則を適用する
arg-confirmation-pin-source = 管理者の確認暗証番号の取得元：file:PATH、env:NAME、fd:N
help-holder-list = 電子証明書の状態とともに一覧を表示する
arg-holder-list-contract = この契約だけを表示する
help-holder-show = 1人を表示する
arg-holder = 管理者はCONTRACT、利用者はCONTRACT/USER
help-holder-suspend = 利用を停止する。`holder resume` まで、ログインも電子証明書の取得もできない
arg-holder-suspend-reason = 停止の理由
help-holder-resume = 利用を再開する
help-holder-unlock = 暗証番号などの間違いによるロックを解除する
help-holder-reset-pin = 暗証番号と確認暗証番号を新しくする。ロックも解除される
    .long = 乱数で作り、今回だけ表示します。窓口で本人が決めることもできます。
arg-new-pin-source = 本人が決めた暗証番号の取得元：file:PATH、env:NAME、fd:N
arg-new-confirmation-pin-source = 本人が決めた確認暗証番号の取得元
help-holder-otp = ワンタイムパスワードの秘密鍵を新しくする。古いものは使えなくなる
help-permit = 一覧の人に登録コードを発行する。本人の暗証番号なしで電子証明書を取得できる
    .long =
        書き出すファイルは、登録コードを加えた一覧で、`tokencert issue --manifest` で使います。登録コードは1人の1つの鍵にだけ、
        決まった日数のあいだ使えます。前に発行した登録コードは使えなくなります。いま取得できない人には発行せず、警告します。
arg-permit-manifest = 取得する人の一覧。`holder`の列があるCSV
arg-permit-out = 登録コードを加えた一覧を書き込むファイル（所有者だけが読める）。すでにあってはならない
arg-valid-days = 登録コードを使える日数（ポリシーの日数の代わり）
help-certificate = 電子証明書を表示し、再発行し、失効させる
help-certificate-show = 1枚を、または1人の電子証明書を新しい順に表示する
arg-which = 登録された人（CONTRACTまたはCONTRACT/USER）か、16進のシリアル番号
help-certificate-reissue = 現在の電子証明書をただちに失効させ、再発行できるようにする
    .long = 本人に伝えることを表示します。
help-certificate-revoke = 電子証明書をただちに失効させる。1人分、またはシリアル番号で1枚
arg-reason = 理由：紛失、利用終了、鍵の漏えい
arg-yes = 確認せずに実行する
arg-url = サーバーのアドレス。https://HOST:PORT または https://HOST:PORT/LABEL。指定しなければフォルダーを使う
arg-login-url = ログインするページ（サーバー自身のものの代わり）
arg-profile-export-institution = 金融機関コード（契約のものの代わり）
arg-destination = 鍵を作る場所。専用USBか、このPC
arg-support-name = お問い合わせ先の名前
arg-support-telephone = お問い合わせ先の電話番号
arg-support-hours = お問い合わせ先の受付時間
arg-force = すでにあるファイルを置き換える
help-notify = 有効期限が近い人にメールで知らせる
    .long =
        ポリシーに別の定めがなければ、期限の30日前と10日前に1回ずつ送ります。毎日実行してください。
        送信中に止められたお知らせは、届いたかどうか分からないため、再送せずに一覧に示します。
arg-smtp = メールサーバー。smtps://[USER@]HOST[:PORT]、またはSTARTTLSを使う smtp://…。このPC自身へのsmtp://は暗号化しない
arg-from = お知らせの差出人
arg-smtp-password-source = メールサーバーの利用者のパスワードの取得元：file:PATH、env:NAME、fd:N
arg-mail-language = お知らせの言語（このプログラムの言語の代わり）
arg-dry-run = 送るべきお知らせを表示し、送信はしない
arg-resend-uncertain = 届いたかどうか分からないお知らせを、もう一度送る
help-crl = 失効した電子証明書の一覧（CRL）に署名し、ファイルに書き込む
arg-crl-out = 一覧を書き込むファイル。すでにあれば置き換える。`-` なら標準出力
arg-encoding = 一覧の形式。指定しなければ `.pem` と標準出力はPEM、ほかはDER
help-log = いつ、だれが、何を変更したかを新しい順に表示する
arg-log-subject = この人、契約、電子証明書についてだけ表示する
arg-limit = 表示する最大の行数
help-backup = 認証局の写しを一つのファイルに書き出す。ほかの作業は続けられる
    .long =
        --with-keys を付けなければ、鍵もPINも含みません。復元には、認証局の鍵があるUSBトークンと、
        ワンタイムパスワードを使う場合は `secrets.key` が別に必要です。付けた場合は、パスフレーズで暗号化して含めます。
arg-backup-out = 書き込むファイル。すでにあってはならない
arg-with-keys = 鍵を暗号化して含める
arg-passphrase-source = パスフレーズの取得元：file:PATH、env:NAME、fd:N
help-restore = バックアップから認証局のフォルダーを作る
    .long =
        鍵を含まないバックアップからの復元では、`tokens/` と `pin`（フォルダー内のSoftHSM2を使う場合）と `secrets.key` を、
        保管してある場所からフォルダーに入れてください。
arg-restore-from = `backup` が書き出したファイル
arg-restore-dir = 作成するフォルダー。空か、まだないもの
institution-ambiguous = 契約の金融機関コードが複数あります：{ $codes }
    .hint = プロファイルは1つの金融機関のものです。`--institution CODE`で指定してください

# マニュアルページ（DIRは認証局のフォルダー）
man-file-settings = 認証局の設定（名前、鍵、規則）。DIRは認証局のフォルダー。
man-file-certificate = 認証局の証明書。
man-file-registry = 契約、名義、発行許可、電子証明書、記録（`--registry` でサーバーを指定しないとき）。
man-file-registry-mark = 中身は空。登録簿がサーバーにあることを示し、空のデータベースを新しい登録簿として使わないようにする。
man-file-secrets = ワンタイムパスワードの秘密を守る鍵（所有者だけが読める）。
man-file-tls-key = サーバーの鍵（所有者だけが読める）。
man-file-tls-certificate = サーバーの証明書と認証局の証明書。
man-file-pin = 認証局の鍵を守るPIN（所有者だけが読める）。
man-file-tokens = 認証局の鍵の保存場所。
man-file-softhsm-conf = そのためのSoftHSM2の設定。
man-file-lock = 認証局のフォルダーに書き込む間のロック。
