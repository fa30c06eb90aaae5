# 日本語

heading-error = エラー：
heading-warning = 注意：
heading-hint = ヒント：
output-failed = 出力を書き込めません：{ $cause }

usage-value = `{ $value }` は { $argument } に指定できません
    .hint = 指定できる値：{ $meant }
usage-value-missing = { $argument } には値が必要です
    .hint = 指定できる値：{ $meant }
usage-unknown = 引数 `{ $argument }` はありません
    .hint = `{ $meant }` を試してください
usage-command = コマンド `{ $command }` はありません
    .hint = `{ $meant }` を試してください
usage-command-missing = コマンドが指定されていません
    .hint = `tokencert-ca --help` を見てください
usage-missing = 指定が足りません：{ $argument }
    .hint = `--help` を見てください
usage-conflict = { $argument } は { $other } と同時に指定できません
    .hint = どちらか一方にしてください
usage-repeated = { $argument } が2回指定されています
    .hint = どちらか一方にしてください
usage-other = コマンドラインを解釈できません：{ $reason }
    .hint = `--help` を見てください

module-needed = USBトークンのPKCS#11モジュールが指定されていません
    .hint = `--module /path/to/library` で指定するか、`--token` と `--pin-source` を外してフォルダー内のSoftHSM2を使ってください
module-not-softhsm = このモジュールはSoftHSM2ではないため、認証局のフォルダー内では使えません
    .hint = 鍵を置くUSBトークンを `--token` で指定してください
key-begun = 前回の実行で { $kind } の鍵を作成済みです
    .hint = `--key { $kind }` を指定して続けてください
softhsm-missing = 認証局の鍵を保管するSoftHSM2が見つかりません
    .hint = `softhsm2` をインストールするか、そのライブラリを `--module` で指定するか、`--module` と `--token` で別のUSBトークンを指定してください

pin-ask = { $token }の{ $which }
pin-file-open = { $source } のPINは他の利用者にも読めます。`chmod 600` で自分だけにできます
token-serial = （シリアル番号 { $serial }）

day = { $year }年{ $month }月{ $day }日
generating = { $token } に認証局の鍵を作成しています。
authority-created = 認証局「{ $name }」を { $path } に作成しました。このフォルダーを読める人は誰でも電子証明書を発行できます。
authority-already-there = 認証局「{ $name }」はすでに { $path } にあります。
show-subject = 名義
show-serial = シリアル番号
show-until = 有効期限
show-sha256 = SHA-256
certificate-issued = { $subject } に電子証明書を発行しました。シリアル番号 { $serial }、有効期限 { $day }。{ $path } に書き込みました。
certificate-already-issued = { $subject } には電子証明書を発行済みです。シリアル番号 { $serial }、有効期限 { $day }。{ $path } に書き込みました。
profile-written = プロファイル { $name } を { $path } に書き込みました。

## ライブラリの語句

say-user-pin = USBのPIN
say-so-pin = USBの解除用PIN（SO PIN）
say-the-token-says-that-it-is-now-locked = USBトークンによると、ロックされました
say-the-token-says-that-one-try-is-left = USBトークンによると、あと1回しか試せません
say-the-token-says-that-tries-are-running-low = USBトークンによると、残り回数が少なくなっています
say-the-token-does-not-say-how-many-tries-are-left = 残り回数は示されていません
say-its-key-is-of-a-kind-that-the-authority-does-not-know = 認証局の扱えない種類の鍵です
say-the-public-exponent-of-its-rsa-key-is-1 = RSA鍵の公開指数が1です
say-the-public-exponent-of-its-rsa-key-is-even = RSA鍵の公開指数が偶数です
say-the-policy-allows-none-of-the-usages-that-it-asks-for = 要求された用途はどれも発行ポリシーで認められていません
say-its-subject-has-no-common-name = 名義に共通名（CN）がありません
say-its-subject-has-several-common-names = 名義に共通名（CN）が複数あります
say-it-asks-for-the-authority-s-own-key = 認証局自身の鍵に対する発行要求です
say-its-signature-is-not-one-of-the-key-that-it-names = 署名が発行要求の鍵によるものではありません
say-the-key-on-the-token-is-not-that-of-its-certificate = 鍵が認証局の電子証明書と一致しません
say-there-is-no-authority = 認証局がありません
say-it-is-not-empty = 空のフォルダーではありません
say-it-is-damaged = 壊れています
say-it-is-damaged-or-no-request = 壊れているか、発行要求ではありません
say-it-is-empty = 空です
say-it-ends-too-early = 途中で終わっています
say-it-is-a-certificate = 電子証明書です
say-it-holds-a-private-key = 秘密鍵が入っています
say-it-is-none-of-the-forms-that-certificates-come-in = 電子証明書の形式ではありません

## ライブラリのエラー

err-module-load = PKCS#11モジュール { $path } を読み込めません：{ $reason }
    .hint = パスと、このプロセッサー用のライブラリかどうかを確認してください
err-module-path-relative = PKCS#11モジュールは { $path } ではなく、絶対パスで指定してください
    .hint = 例：`--module /usr/lib/softhsm/libsofthsm2.so`
err-module = PKCS#11モジュールで失敗しました：{ $cause }
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
err-token-full = USBトークン{ $token }の空きが足りません（必要 { $needed } バイト、空き { $free }）
    .hint = `tokencert list` で中身を見て、要らなくなったものを削除してください
err-token = USBトークン{ $token }で失敗しました：{ $cause }
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
err-pin-expired = { $token }の{ $which }は期限が切れたか、先に変更する必要があります
    .hint = `tokencert token pin` で変更してください
err-pin-not-set = { $token }のUSBのPINはまだ設定されていません
    .hint = `tokencert token unlock` とUSBの解除用PIN（SO PIN）で設定してください
err-pin-source = PINの取得元 { $name } は使えません：{ $reason }
    .hint = `file:PATH`、`env:NAME`、`fd:N` のどれかを指定してください。1行目がPINです
err-uri-invalid = PKCS#11 URIではありません：{ $reason }
    .hint = `pkcs11:token=LABEL;serial=NUMBER` のように書きます
err-uri-pin-value = `pin-value` の入ったPKCS#11 URIは、このパソコンの全員にPINを見せてしまいます
    .hint = 取り除くか、`pin-source=file:PATH` を使ってください
err-key-algorithm-unknown = `{ $algorithm }` という種類の鍵はありません
    .hint = rsa:2048、rsa:3072、rsa:4096、ec:p256、ec:p384、ec:p521、ed25519 のどれかを指定してください
err-key-algorithm-unsupported = USBトークン{ $token }は { $algorithm } の鍵を作れません
    .hint = `--key` で別の種類（たとえば rsa:2048）を選んでください
err-key-not-found = USBトークン{ $token }に、CKA_ID { $id } の秘密鍵はありません
    .hint = `tokencert list --login` で中身を見てください
err-key-exportable = USBトークン{ $token }では秘密鍵を守れません：{ $reason }
    .hint = この実行で作った鍵は削除しました。別のUSBトークンを使ってください
err-key-differs = USBトークン{ $token }が作った鍵は、求めたものと違います（{ $what } が { $asked } ではなく { $found }）
    .hint = 鍵は削除しました。`--key` で別の種類を選んでください
err-key-malformed = 公開鍵を読めません：{ $reason }
err-signature-wrong = { $what } の署名が公開鍵で検証できません。使っていません
    .hint = USBトークンかドライバーの異常です。もう一度実行し、直らなければメーカーにお尋ねください
err-certificate-unreadable = { $name } から電子証明書を読めません：{ $reason }
    .hint = PEM、DER、PKCS#7（.p7b）の電子証明書を指定してください
err-file-too-large = { $name } は { $size } バイトで、上限の { $limit } バイトを超えています
    .hint = 電子証明書だけのファイルを指定してください
err-subject-invalid = `{ $subject }` は名義として使えません：{ $reason }
    .hint = `CN=Taro Yamada,O=Example,C=JP` のように書いてください
err-request-unreadable = { $name } から発行要求（PKCS#10）を読めません：{ $reason }
    .hint = `tokencert request` が書き出すような、PEMかDERの発行要求を指定してください
err-request-refused = 発行要求は断られました：{ $reason }
    .hint = `tokencert request` で発行要求を作り直してください
err-request-key-short = 発行要求は断られました：RSAの鍵が { $bits } ビットで、下限の { $minimum } ビットに足りません
    .hint = rsa:2048 か ec:p256 で鍵を作り直してください
err-profile-invalid = プロファイル { $name } は使えません：{ $reason }
    .hint = 新しいプロファイルを受け取るか、示された行を直してください
err-file-read = { $path } を読めません：{ $cause }
    .hint = パスとアクセス権を確認してください
err-file-write = { $path } に書き込めません：{ $cause }
    .hint = フォルダー、アクセス権、空き容量を確認してください
err-file-exists = { $path } はすでにあります
    .hint = 別の名前にするか、`--force` で上書きしてください
err-random = OSから乱数を得られません：{ $reason }
err-ca-folder = 認証局のフォルダー { $path } は使えません：{ $reason }
    .hint = `tokencert-ca init --dir { $path } --name NAME` で作ってください
err-ca-exists = フォルダー { $path } には認証局 { $name } がすでにあります。何も変更していません
    .hint = `--dir` で別のフォルダーを指定してください。認証局の鍵を作り直すことはありません
err-ca-unfinished = { $path } の認証局は作成の途中です
    .hint = 同じ `tokencert-ca init` をもう一度実行すると、続きから進みます
err-ca-unusable = { $path } の認証局は発行できません：{ $reason }

## ヘルプ

help-heading-usage = 使い方：
help-heading-commands = コマンド
help-heading-options = オプション
help-heading-arguments = 引数
help-heading-common = 共通オプション
help-heading-examples = 例：
help-values = ［{ $value }］
help-default = ［既定：{ $value }］
help-env = ［環境変数：{ $value }］
help-help = この説明、またはコマンドの説明を表示する
help = 鍵をUSBトークンかSoftHSM2に置く小さな認証局
help-init = 認証局を作る（フォルダー、鍵、認証局自身の電子証明書）
    .long =
        --token と --pin-source を指定しなければ、フォルダー内のSoftHSM2に鍵を作り、乱数のPINをフォルダーの所有者だけが読めるように置きます。
        このフォルダーを読める人が認証局です。途中で止まった場合は、同じコマンドで続きから再開します。完成した認証局は決して変更しません。
help-sign = ファイルの発行要求に電子証明書を発行する
    .long =
        共通名（CN）と別名は発行要求から、名義の残りは認証局のポリシーから取ります。有効な電子証明書がある鍵には同じ電子証明書を返します。
        書き出すファイルには、電子証明書、認証局の電子証明書の順に入ります。
help-profile = 利用者がこの認証局を使うためのプロファイルを作る
help-profile-export = `tokencert profile add` で追加するプロファイルをファイルに書き出す
help-completions = シェルの補完スクリプトを出力する
help-man = マニュアルページを出力する、または全コマンドの分をフォルダーに書き出す
arg-dir = 認証局のフォルダー
arg-name = 認証局の名前。認証局と利用者の電子証明書に入る
arg-subject = 認証局の電子証明書の名義（名前から作る名義の代わり）
arg-key = 認証局の鍵の種類
arg-token = 認証局の鍵を置くUSBトークンのラベル、シリアル番号、またはPKCS#11 URI
arg-module = 認証局の鍵があるUSBトークンのPKCS#11モジュール。ライブラリの絶対パス
arg-pin-source = 認証局の鍵のPINの取得元：file:PATH、env:NAME、fd:N
arg-final-try = あと1回の誤りでロックされる場合でもPINを試す
arg-csr = 発行要求（PKCS#10）のファイル
arg-out = 電子証明書を書き込むファイル。すでにあれば置き換える
arg-profile-export-out = プロファイルを書き込むファイル
arg-profile-export-name = プロファイルの名前（認証局の名前から作る名前の代わり）
arg-force = ファイルを上書きする
arg-shell = シェル
arg-man-out = ページを1コマンドずつ書き出すフォルダー
arg-format = データの出力形式
arg-lang = 文言と説明の言語
arg-help = この説明を表示する
arg-version = バージョンを表示する
