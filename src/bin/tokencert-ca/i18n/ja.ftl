# 日本語

heading-error = エラー:
heading-warning = 警告:
heading-hint = ヒント:
output-failed = 出力できません: { $cause }

usage-value = 「{ $value }」は { $argument } に指定できません
    .hint = { $meant } を指定してください
usage-value-missing = { $argument } の値がありません
    .hint = { $meant } をご覧ください
usage-unknown = 「{ $argument }」という引数はありません
    .hint = { $meant } を指定してください
usage-command = 「{ $command }」というコマンドはありません
    .hint = { $meant } を指定してください
usage-command-missing = コマンドがありません
    .hint = `tokencert-ca --help` をご覧ください
usage-missing = 指定が足りません: { $argument }
    .hint = { $meant } をご覧ください
usage-conflict = { $argument } と { $other } は同時に指定できません
    .hint = どちらか一方を外してください
usage-other = コマンドラインを解釈できません: { $reason }
    .hint = { $meant } をご覧ください

module-needed = USBトークンのPKCS#11モジュールが指定されていません
    .hint = `--module /path/to/library` で指定するか、`--token` と `--pin-source` を外してフォルダ内のSoftHSM2を使ってください
module-not-softhsm = このモジュールはSoftHSM2ではないため、認証局のフォルダ内では使えません
    .hint = 鍵を置くUSBトークンを `--token` で指定してください
softhsm-missing = 認証局の鍵を保管するSoftHSM2が見つかりません
    .hint = `softhsm2` をインストールするか、そのライブラリを `--module` で指定するか、`--module` と `--token` で別のUSBトークンを指定してください

pin-ask = { $token } の{ $which }
pin-file-open = { $source } のPINは他の人も読めます。`chmod 600` で自分だけが読めるようにしてください
token-serial = （シリアル番号 { $serial }）

day = { $year }年{ $month }月{ $day }日
generating = { $token } に認証局の鍵を作成しています。
authority-created = 認証局「{ $name }」を { $path } に作成しました。このフォルダを読める人は誰でも証明書を発行できます。
authority-already-there = 認証局「{ $name }」はすでに { $path } にあります。
show-subject = 名義
show-serial = シリアル番号
show-until = 有効期限
show-sha256 = SHA-256
certificate-issued = { $subject } に証明書を発行しました。シリアル番号 { $serial }、有効期限 { $day }。{ $path } に書き込みました。
certificate-already-issued = { $subject } には証明書を発行済みです。シリアル番号 { $serial }、有効期限 { $day }。{ $path } に書き込みました。
profile-written = プロファイル { $name } を { $path } に書き込みました。

## ライブラリの語句

say-user-pin = USBのPIN
say-so-pin = USBの解除用PIN（SO PIN）
say-the-token-says-that-it-is-now-locked = ロックされました
say-the-token-says-that-one-try-is-left = あと1回だけ試せます
say-the-token-says-that-tries-are-running-low = 試せる回数が残り少なくなっています
say-the-token-does-not-say-how-many-tries-are-left = 残り回数は分かりません
say-its-key-is-of-a-kind-that-the-authority-does-not-know = 認証局の扱えない種類の鍵です
say-the-public-exponent-of-its-rsa-key-is-1 = RSA鍵の公開指数が1です
say-the-public-exponent-of-its-rsa-key-is-even = RSA鍵の公開指数が偶数です
say-the-policy-allows-none-of-the-usages-that-it-asks-for = 申請された用途はどれも発行ポリシーで認められていません
say-its-subject-has-no-common-name = 名義に共通名（CN）がありません
say-its-subject-has-several-common-names = 名義に共通名（CN）が複数あります
say-it-asks-for-the-authority-s-own-key = 認証局自身の鍵に対する申請です
say-its-signature-is-not-one-of-the-key-that-it-names = 署名が申請書の鍵によるものではありません
say-the-key-on-the-token-is-not-that-of-its-certificate = 鍵が認証局の証明書と一致しません
say-there-is-no-authority = 認証局がありません
say-it-is-not-empty = 空のフォルダではありません
say-it-is-damaged = 壊れています
say-it-is-damaged-or-no-request = 壊れているか、証明書の申請書ではありません
say-it-is-empty = 空のファイルです
say-it-ends-too-early = 途中で切れています
say-it-is-a-certificate = 証明書です
say-it-holds-a-private-key = 秘密鍵が入っています
say-it-is-none-of-the-forms-that-certificates-come-in = 証明書に使われる形式ではありません

## ライブラリのエラー

err-module-load = PKCS#11モジュール { $path } を読み込めません: { $reason }
    .hint = パスと、このコンピュータ用のライブラリであることを確かめてください
err-module-path-relative = PKCS#11モジュールは { $path } ではなく絶対パスで指定してください
    .hint = 例: `--module /usr/lib/softhsm/libsofthsm2.so`
err-module = PKCS#11モジュールでエラーが起きました: { $cause }
err-token-not-found = { $wanted } に一致するUSBトークンがありません。あるもの: { $present }
    .hint = 差し込むか、あるものを `--token` で指定してください
err-token-absent = { $module } のどのスロットにもUSBトークンがありません
    .hint = 差し込み、そのUSBトークンのモジュールであることを確かめてください
err-token-ambiguous = { $wanted } に一致するUSBトークンが複数あります: { $candidates }
    .hint = シリアル番号かPKCS#11 URIを `--token` で指定してください
err-token-uninitialized = { $token } は初期化されていません
    .hint = `tokencert token init` で初期化してください
err-token-read-only = { $token } は書き込み禁止です
    .hint = 書き込めるUSBトークンか、製造元のモジュールを使ってください
err-token-removed = { $token } が抜かれました
    .hint = 差し込んで同じコマンドをもう一度実行してください。続きから再開します
err-token-changed = 差し込まれているのは { $expected } ではなく { $found } です
    .hint = 何も変更していません。正しいUSBトークンを差し込んで、もう一度実行してください
err-token-full = { $token } の空きが足りません。必要 { $needed } バイト、空き { $free }
    .hint = 不要なものを削除してください
err-token = { $token } でエラーが起きました: { $cause }
err-pin-missing = { $token } の{ $which }が必要ですが、入力できる端末がありません
    .hint = `--pin-source file:PATH`、`env:NAME`、`fd:N` のどれかで指定してください
err-pin-incorrect = { $token } の{ $which }が違います。{ $state }
    .hint = どのPINのことかを確かめてから試してください。間違えるたびにロックが近づきます
err-pin-length = { $which }は{ $minimum }文字から{ $maximum }文字です。USBには送っていません
    .hint = 回数は減っていません。入力し直してください
err-pin-locked = { $token } の{ $which }はロックされています
    .hint = 管理者が `tokencert token unlock` で解除します。中身は失われていません
err-pin-final-try = あと1回間違えると { $token } の{ $which }がロックされるため、試しませんでした
    .hint = PINに確信があるときだけ、`--final-try` を付けてもう一度実行してください
err-pin-expired = { $token } の{ $which }は期限切れか、変更が必要です
    .hint = `tokencert token pin` で変更してください
err-pin-not-set = { $token } のUSBのPINが設定されていません
    .hint = `tokencert token unlock` で設定してください
err-pin-source = PINの取得元 { $name } を使えません: { $reason }
    .hint = `file:PATH`、`env:NAME`、`fd:N` のどれかを指定してください。1行目がPINです
err-uri-invalid = PKCS#11 URIではありません: { $reason }
    .hint = 例: `pkcs11:token=LABEL;serial=NUMBER`
err-uri-pin-value = `pin-value` 付きのPKCS#11 URIでは、このコンピュータの全員にPINが見えます
    .hint = 外すか、`pin-source=file:PATH` を使ってください
err-key-algorithm-unknown = 「{ $algorithm }」という種類の鍵はありません
    .hint = rsa:2048、rsa:3072、rsa:4096、ec:p256、ec:p384、ec:p521、ed25519 のどれかを指定してください
err-key-algorithm-unsupported = { $token } では { $algorithm } の鍵を作れません
    .hint = `--key` で別の種類を指定してください
err-key-not-found = { $token } に CKA_ID { $id } の秘密鍵がありません
    .hint = 認証局の鍵があるUSBトークンを差し込んでください
err-key-exportable = { $token } は秘密鍵を外に出せる状態です: { $reason }
    .hint = 今回作った鍵は破棄しました。別のUSBトークンを使ってください
err-key-differs = { $token } の鍵が指定と違います。{ $what }: 指定 { $asked }、実際 { $found }
    .hint = `--key` で別の種類を指定してください
err-key-malformed = 公開鍵を読めません: { $reason }
err-signature-wrong = { $what } の署名を公開鍵で検証できないため、使いませんでした
    .hint = USBトークンかドライバの異常です。もう一度実行し、続くようなら製造元に問い合わせてください
err-certificate-unreadable = { $name } から証明書を読めません: { $reason }
    .hint = PEM、DER、PKCS#7（.p7b）の証明書を指定してください
err-file-too-large = { $name } は { $size } バイトあります。上限は { $limit } バイトです
    .hint = 申請書か証明書だけのファイルを指定してください
err-subject-invalid = 「{ $subject }」は名義として使えません: { $reason }
    .hint = 例: `CN=Taro Yamada,O=Example,C=JP`
err-request-unreadable = { $name } から証明書の申請書（PKCS#10）を読めません: { $reason }
    .hint = `tokencert request` が書き出すようなPEMかDERの申請書を指定してください
err-request-refused = 申請を受け付けられません: { $reason }
    .hint = `tokencert request` で申請書を作り直してください
err-request-key-short = 申請を受け付けられません: RSA鍵が { $bits } ビットで、下限の { $minimum } ビットに足りません
    .hint = rsa:2048 か ec:p256 で鍵を作り直してください
err-profile-invalid = プロファイルまたは設定 { $name } を使えません: { $reason }
    .hint = 示された行を直してください
err-file-read = { $path } を読めません: { $cause }
    .hint = パスと権限を確かめてください
err-file-write = { $path } に書き込めません: { $cause }
    .hint = フォルダ、権限、空き容量を確かめてください
err-file-exists = { $path } はすでにあります
    .hint = 別の名前にするか、`--force` で上書きしてください
err-random = OSから乱数を得られません: { $reason }
err-ca-folder = 認証局のフォルダ { $path } を使えません: { $reason }
    .hint = `tokencert-ca init --dir { $path } --name NAME` で作成してください
err-ca-exists = フォルダ { $path } にはすでに認証局「{ $name }」があります。何も変更していません
    .hint = `--dir` で別のフォルダを指定してください。認証局の鍵を作り直すことはありません
err-ca-unfinished = { $path } の認証局は作成の途中です
    .hint = 同じ `tokencert-ca init` をもう一度実行してください。続きから再開します
err-ca-unusable = { $path } の認証局は証明書を発行できません: { $reason }

## ヘルプ

help-heading-usage = 使い方:
help-heading-commands = コマンド
help-heading-options = オプション
help-heading-arguments = 引数
help-heading-common = 共通オプション
help-heading-examples = 例:
help-values = 【{ $value }】
help-default = （省略時: { $value }）
help-env = （環境変数: { $value }）
help-help = このヘルプ、または指定したコマンドのヘルプを表示する
help = 鍵をUSBトークンかSoftHSM2に置く小さな認証局
help-init = 認証局を作る（フォルダ、鍵、認証局自身の証明書）
    .long =
        --token と --pin-source を指定しなければ、フォルダ内のSoftHSM2に鍵を作り、乱数のPINをフォルダの所有者だけが読めるように置きます。
        このフォルダを読める人が認証局です。途中で止まった場合は、同じコマンドで続きから再開します。完成した認証局は決して変更しません。
help-sign = ファイルの申請書に証明書を発行する
    .long =
        共通名（CN）と別名は申請書から、名義の残りは認証局のポリシーから取ります。有効な証明書がある鍵には同じ証明書を返します。
        書き出すファイルには、証明書、認証局の証明書の順に入ります。
help-profile = 利用者がこの認証局を使うためのプロファイルを作る
help-profile-export = `tokencert profile add` で追加するプロファイルをファイルに書き出す
help-completions = シェルの補完スクリプトを出力する
help-man = マニュアルページを出力する、または全コマンド分をフォルダに書き出す
arg-dir = 認証局のフォルダ
arg-name = 認証局の名前。認証局と利用者の証明書に入る
arg-subject = 認証局の証明書の名義（名前から作る名義の代わり）
arg-key = 認証局の鍵の種類
arg-token = 認証局の鍵を置くUSBトークンのラベル、シリアル番号、またはPKCS#11 URI
arg-module = 認証局の鍵があるUSBトークンのPKCS#11モジュール。ライブラリの絶対パス
arg-pin-source = 認証局の鍵のPINの取得元: file:PATH、env:NAME、fd:N
arg-final-try = あと1回の間違いでロックされる場合でもPINを試す
arg-csr = 申請書（PKCS#10）のファイル
arg-out = 証明書を書き込むファイル。すでにあれば置き換える
arg-profile-export-out = プロファイルを書き込むファイル
arg-profile-export-name = プロファイルの名前（認証局の名前から作る名前の代わり）
arg-force = すでにあるファイルを置き換える
arg-shell = シェル
arg-man-out = ページを書き込むフォルダ。コマンドごとに1ファイル
arg-format = データの出力形式
arg-lang = メッセージとヘルプの言語
arg-help = ヘルプを表示する
arg-version = バージョンを表示する
