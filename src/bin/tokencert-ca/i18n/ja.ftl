# このプログラムだけの日本語の文言。用語は共通の文言のファイルに書いてある。

module-needed = USBトークンのPKCS#11モジュールが指定されていません
    .hint = `--module /path/to/library` で指定するか、`--token` と `--pin-source` を外してフォルダー内のSoftHSM2を使ってください
module-not-softhsm = このモジュールはSoftHSM2ではないため、認証局のフォルダー内では使えません
    .hint = 鍵を置くUSBトークンを `--token` で指定してください
key-begun = 前回の実行で { $kind } の鍵を作成済みです
    .hint = `--key { $kind }` を指定して続けてください
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
arg-key = 認証局の鍵の種類
arg-token = 認証局の鍵を置くUSBトークンのラベル、シリアル番号、またはPKCS#11 URI
arg-module = 認証局の鍵があるUSBトークンのPKCS#11モジュール。ライブラリの絶対パス
arg-pin-source = 認証局の鍵のPINの取得元：file:PATH、env:NAME、fd:N
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
