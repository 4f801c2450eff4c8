"""Words by which code takes what is worth stealing, and words by which it sends, in the languages of packages."""
# ruff: noqa: E501  # expressions stand a line for each kind

from __future__ import annotations

import re

from scanner.model.signal import Capability

_NAMED = r"\w*(?:TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH)\w*"
TAKES: tuple[tuple[Capability, str], ...] = (
    (Capability.ENVIRONMENT, (
     r"\bprocess\.env\b(?!\s*(?:\?\.|[.\[]))|\bos\.environ\b(?!\s*(?:\[|\.(?:get|setdefault|pop|update)\b))|\bENV\.(?:to_h|to_a|each|map|select|inspect|sort|filter\w*)\b"
     r"|\bos\.Environ\(\)|\benv::vars(?:_os)?\(|\bgetenv\(\s*\)|\$_(?:ENV|SERVER)\b(?!\s*\[)|\bDeno\.env\.toObject|\bprintenv\b"
     r"|\benviron\.items\(|(?:^|[;&|(`]\s*)env\s*(?:\||>|\))"
    )),
    (Capability.CREDENTIALS, (
     rf"(?:process\.env\.|process\.env\[\s*[\"']|environ\[\s*[\"']|environ\.get\(\s*[\"']|[gG]etenv\(\s*[\"']|ENV(?:\[|\.fetch\()\s*[\"']|env::var\(\s*[\"']|\$_(?:ENV|SERVER)\[\s*[\"']){_NAMED}"
     r"|[\"'`/~](?:\.ssh|\.aws|\.kube|\.npmrc|\.pypirc|\.netrc|_netrc|\.git-credentials|\.pgpass|\.docker|\.gnupg|\.azure|\.env(?:\.\w+)?|\.vault-token|\.boto)(?=[\"'`/\s)\\]|$)"
     r"|\bid_(?:rsa|ed25519|ecdsa)\b|\bapplication_default_credentials\b|\b(?:hosts\.yml|auth\.json|credentials\.(?:json|toml|db)|master\.key|wp-config\.php|settings-security\.xml)\b"
     r"|\bdotenv_values\(|\bload_dotenv\(|\bdotenv\.(?:config|parse)\(|\bnetrc\.netrc\(|\bkeyring\.get_|\bgetpass\.getpass\(|_history[\"'`]"
     r"|\bsettings\.(?:SECRET_KEY|DATABASES)|\bsecret_key_base\b|\bRails\.application\.(?:credentials|secrets)|\.config\[[\"']SECRET_KEY|\bgh auth token\b"
     r"|[hH]eaders?\b[^\n]{0,60}(?:[aA]uthorization|[cC]ookie|[aA][pP][iI][-_][kK]ey)|\bHTTP_(?:AUTHORIZATION|COOKIE)\b|\$\{\{\s*(?:secrets\.|toJSON\(\s*secrets)"
     r"|\b(?:get_)?frozen_credentials\b|\bGITHUB_TOKEN\b|\bPEM\b|\bBEGIN [A-Z ]{0,40}PRIVATE KEY"
    )),
    (Capability.INPUT_CAPTURE, (
     r"\b(?:globalThis|window|self|global|https?|\w+\.prototype)\.(?:fetch|request|open|send|write|setRequestHeader|_load)\s*=(?!=)|\brequests\.(?:sessions\.)?(?:Session|api)\.\w+\s*=(?!=)|\bhttp\.client\.\w+\.\w+\s*=(?!=)"
     r"|\bsetattr\(\s*(?:requests|httpx|http|socket|urllib|builtins|aiohttp)\b|\bNet::HTTP\.(?:prepend|class_eval)|\bnew FormData\(|addEventListener\(\s*[\"'`](?:submit|input|change|key\w+|paste|copy)[\"'`]|type=\\?[\"']?password|\.elements\b[^\n]{0,40}\.value|\.target\.value"
     r"|\$_(?:POST|REQUEST)\b|\brequest\.(?:POST|form|get_json|get_data|body)\b|\breq\.body\b|\brequest\.(?:raw_post|params)\b|\bparams\[:password|\bonDidChangeTextDocument\b|\bonDidSaveTextDocument\b"
     r"|\bdocument\.getText\(|\bgetMessage\(\)|\brecord\.(?:msg|args|message|__dict__)\b|\blogging\.(?:Filter|Handler|LogRecord)\b|\binput_event\b|\bpynput\b"
     r"|\binterceptors\.\w+\.use\(|[\"'](?:messages|prompt)[\"']\]|\b(?:messages|prompt)\b[^\n]{0,30}(?:stringify|dumps)|(?:stringify|dumps)\([^\n]{0,30}\b(?:messages|prompt|userInput|user_input|transcript)\b"
     r"|\bcaller_locals|\bf_locals\b|\b__import__hook|\bsend_keys|\brequest\.(?:password|username)|\bcleaned_data\b|\buser_logged_in\b|\b(?:set_|check_)?(?:password|passwd|passphrase)\b"
    )),
    (Capability.BROWSER_DATA, (
     r"\bdocument\.cookie\b|\blocalStorage\b|\bsessionStorage\b|\$_(?:COOKIE|SESSION)\b|\brequest\.(?:COOKIES|cookies|session)\b|\breq\.(?:cookies|session)\b|\bbrowser_cookie3?\b|\bcookies\.getAll\b|\bchrome\.cookies\b"
     r"|\bLogin Data\b|\bLocal State\b|\blogins\.json\b|\bkey4\.db\b|\bcookies\.sqlite\b|\bWeb Data\b|\bindexedDB\b"
    )),
    (Capability.CLIPBOARD, r"\bclipboard\b|\bpyperclip\b|\bGetClipboardData\b|\bpbpaste\b|\bxclip\b"),
    (Capability.WALLET, r"\b[mM]nemonic|\bseedPhrase\b|\bseed_phrase\b|\bwallet\.dat\b|\bkeystore\b|\b(?:secretKey|secret_key|privateKey|private_key)\b|\bfromSecretKey\b|\bkeypair\b"),
    (Capability.HOST_CHECK, (
     r"\bhostname\(\)|\bgethostname\b|\buserInfo\(|\bgetuser\(|\bgetlogin\(|\bnetworkInterfaces\(|\bplatform\.node\(|\bos\.Hostname\(|\buser\.Current\(|\bwhoami\b|\bphp_uname\(|\bSocket\.gethostname|\bEtc\.getlogin|\bgetLocalHost\("
    )),
)  # fmt: skip
"""What is worth stealing → how code takes it."""
TAKEN = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, (_, pattern) in enumerate(TAKES)), re.MULTILINE)
SENDS = re.compile(
    # JavaScript and pages
    r"\bfetch\s*\(|\baxios\b|\bXMLHttpRequest\b|\bsendBeacon\b|\bnew\s+(?:WebSocket|EventSource|Image|RTCPeerConnection)\b|(?:\bhttps?|[\"']\))\.(?:request|get)\s*\(|\bhost(?:name)?\s*:\s*[\"'][\w-]+(?:\.[\w-]+)+[\"']|\bgot(?:\.\w+)?\(|\bsuperagent\b|\bundici\b|\bneedle\b"
    r"|\.src\s*=(?!=)|createElement\(\s*[\"'](?:img|script|iframe|form|link)|\b[a-z]\w*\.submit\(\)|\bdns\.(?:promises\.)?(?:resolve\w*|lookup)\b|\bresolve(?:4|Txt|Any)\s*\(|\b(?:net|tls|http2)\.(?:connect|createConnection)\s*\(|\bdgram\b|\bnodemailer\b|\bsendMail\b"
    r"|<(?:img|script|iframe)\b[^>]{0,200}\bsrc=|<form\b[^>]{0,200}\baction="
    # Python
    r"|\burlopen\b|\burlretrieve\b|\brequests\.\w+\(|\bSession\(\)\.\w+\(|\bhttpx\.|\baiohttp\.|\bHTTPS?Connection\(|\bsocket\.(?:socket|create_connection|getaddrinfo|gethostbyname\w*)\b|\bgetaddrinfo\(|\bsmtplib\b|\bftplib\b|\bwebsockets?\.connect\b|\bopen_connection\("
    r"|\bdns\.resolver\b|\b(?:HTTP|SysLog|Datagram|SMTP|Socket)Handler\(|\burllib3\b|\bpycurl\b|\bServerProxy\(|\bparamiko\b|\bsendto\("
    # Ruby, PHP
    r"|\bNet::(?:HTTP|SMTP|FTP)\b|\bURI\.open\b|\bFaraday\b|\bHTTParty\b|\bRestClient\b|\b(?:TCP|UDP)Socket\b|\bResolv\b|\bExcon\b|\bTyphoeus\b"
    r"|\bcurl_(?:init|exec)\b|\bfile_get_contents\(\s*[\"'$]|\bp?fsockopen\(|\bstream_(?:socket_client|context_create)\(|\b(?:wp_)?mail\(|\bdns_get_record\(|\bgethostbyname\(|\bwp_remote_\w+\(|\bGuzzleHttp\b|\bcheckdnsrr\("
    # Go, Rust, Java, C#
    r"|\bhttp\.(?:Get|Post|PostForm|NewRequest\w*|Head)\(|\bnet\.(?:Dial\w*|Lookup\w+|Resolve\w+)\(|\bsmtp\.SendMail\(|\breqwest\b|\bureq\b|\bTcpStream::connect\b|\bUdpSocket\b|\bto_socket_addrs\b|\battohttpc\b|\bminreq\b"
    r"|\bopenConnection\(|\bopenStream\(|\bHttpClient\b|\bnew Socket\(|\bInetAddress\.getByName\(|\bOkHttpClient\b|\bRestTemplate\b|\bDatagramSocket\b|\bWebClient\b|\bWebRequest\b|\bTcpClient\b|\bDns\.GetHost"
    # Shells, and other ways out
    r"|\bcurl\s|[\"']curl[\"']|\bwget\s|/dev/tcp/|\bnslookup\b|\bdig\s|\bsendmail\b|\bgit\s+push\b|[\"']push[\"']|\bInvoke-(?:WebRequest|RestMethod)\b|\bbasic_publish\(|\bproducer\.send\("
)  # fmt: skip
