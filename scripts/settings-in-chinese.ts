/** A setting in Chinese. Without `fallback` its default is a literal value, or it has none. */
interface SettingInChinese {
  about: string
  fallback?: string
}

/** The groups of `scripts/config-docs.ts` in Chinese. */
export const groupsInChinese = {
  upstream: { title: '上游', about: '由谁来回答。' },
  keys: { title: '密钥', about: '密钥从哪里来；说明见 [keys.zh-CN.md](keys.zh-CN.md)。' },
  site: { title: '网站', about: '人们看到什么。' },
  storage: { title: '存储', about: '对话与密钥存在哪里。' },
  accounts: { title: '账户', about: '谁可以使用网站；说明见 [accounts.md](accounts.zh-CN.md)。' },
  gateway: { title: '网关', about: '位于 `/v1` 的 OpenAI 兼容接口。' },
  running: { title: '运行', about: '进程如何监听、停止和记录日志。' },
}

/** What docs/configuration.zh-CN.md says of each setting of lib/config.ts. */
export const settingsInChinese: Record<string, SettingInChinese> = {
  CONVERSATION_DAYS: {
    about:
      '对话的主人多少天没有动过，就连同其中的文件一起清除，置顶的也一样；`off` 表示保留到被删除为止。隐私说明和“导入与导出”会告诉用户。',
  },
  DELETED_DAYS: { about: '删除的对话在多少天内可以恢复，之后清除。' },
  RAW_RESPONSE_DAYS: {
    about:
      '回答背后上游的原始内容在多少天后清除，回答和回执保留；`off` 表示与回答保留得一样久。数据库的大部分空间由它们占用。',
  },
  UNSENT_FILE_DAYS: { about: '没有发出的、或不再有对话使用的附件保留多少天。' },
  RECORD_DAYS: { about: '各种记录保留多少天：处理完的举报、被拒问题的记录、何时清除了多少。' },
  OPENAI_API_KEY: {
    about:
      '你的 OpenAI 账户（或 OPENAI_BASE_URL 所指兼容服务）的密钥，只留在服务器上。没有它，网站运行在明确标出的演示上游。',
  },
  OPENAI_BASE_URL: {
    about:
      '要连接的 OpenAI 兼容接口。只写源时自动补上 `/v1`。不需要密钥的服务（Ollama、llama.cpp）无须设置 OPENAI_API_KEY。',
  },
  OPENAI_API_KEYS: {
    about:
      '用多把密钥代替 OPENAI_API_KEY，以逗号分隔：`key` 或 `account:key`。OpenAI 按项目计算限额，所以同一项目的密钥请用同一个账户名；没有写账户名的，各自算一个账户。`account@upstream:key` 只发往该上游。',
  },
  KEYS_FROM: {
    about:
      '从哪里读取密钥：`env`；`file:PATH`，一个文件（Docker 或 Kubernetes 的 secret，会被监视）；`vault:MOUNT/PATH#FIELD`，HashiCorp Vault 中的机密（KV 第 2 版）；`aws:NAME#FIELD`，AWS Secrets Manager 中的机密。格式同 OPENAI_API_KEYS，每行一把或以逗号分隔。新密钥在处理请求的同时生效。仅限 Node 宿主。',
  },
  KEYS_REFRESH: {
    about:
      '每隔多久从 Vault 或 Secrets Manager 重新读取一次密钥；`off` 表示只在启动和收到 SIGHUP 时读取。读取失败期间继续使用最近一次的有效密钥，日志中会出现 `keys_source_failed`。',
  },
  VAULT_ADDR: { about: 'Vault 的地址。' },
  VAULT_NAMESPACE: { about: '机密和登录所在的命名空间（Vault Enterprise、HCP）。' },
  VAULT_AUTH: {
    about: '网站以什么方式登录 Vault。',
    fallback: '视设置而定：有 VAULT_TOKEN 用 `token`，有 VAULT_ROLE_ID 用 `approle`，否则用 `kubernetes`',
  },
  VAULT_AUTH_MOUNT: { about: '该登录方式的挂载点。', fallback: '`approle` 或 `kubernetes`' },
  VAULT_TOKEN: {
    about:
      'Vault 的令牌，或用 `file:PATH` 指定存有令牌的文件（Vault Agent 写出的那种）。可以续期的会自动续期。',
  },
  VAULT_ROLE_ID: { about: 'AppRole 的角色。' },
  VAULT_SECRET_ID: { about: 'AppRole 的口令，或用 `file:PATH` 指定存有口令的文件。' },
  VAULT_ROLE: { about: 'Kubernetes 登录所用的角色，与 pod 的服务账户绑定。' },
  VAULT_JWT_FILE: { about: 'Kubernetes 把服务账户的令牌放在哪里。' },
  AWS_REGION: {
    about:
      '机密所在的区域。凭证按 AWS SDK 的方式查找：AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY、配置文件、SSO、web identity、容器或机器的角色。',
    fallback: '由 AWS SDK 查找；ARN 自带区域',
  },
  AWS_SECRET_STAGE: { about: '按暂存标签决定读取机密的哪个版本。' },
  ROTATE: {
    about:
      '每隔多久轮换一次密钥，例如 `7d`。设置了 OPENAI_ADMIN_KEY，且密钥放在文件、Vault 或 Secrets Manager 里时，由网站自动完成；否则只提醒站主。`npm run keys:rotate` 立即轮换。',
  },
  ROTATE_ACCOUNT: {
    about: '有多个账户（`account:key`）时，轮换其中哪个账户的密钥。',
    fallback: '唯一的那个',
  },
  OPENAI_ADMIN_KEY: {
    about: 'OpenAI 组织的管理密钥，轮换时用它创建和删除服务账户。不作他用，也绝不会发给别的上游。',
  },
  OPENAI_PROJECT_ID: { about: '在哪个项目里创建密钥。' },
  OPENAI_ADMIN_URL: { about: 'OpenAI 管理接口的地址，以 `/v1` 结尾。' },
  UPSTREAMS: {
    about:
      '用通往同一 API 的多条线路代替 OPENAI_BASE_URL，写成 `name=url`，以逗号分隔；使用其中最快的健康线路。凡是没有绑定给别的线路的密钥，都会交给每条线路，除非该线路有自己的密钥。',
  },
  KEY_RATE: {
    about:
      '一个账户能分到多少请求，例如 `3/s` 或 `500/m`，或 `off`。超出的请求至多等待 10 秒，各调用者轮流。',
    fallback: '设置了 OPENAI_API_KEYS 时为 `3/s`，只有一把 OPENAI_API_KEY 时为 `off`',
  },
  FALLBACK_MODELS: {
    about:
      '某个模型被限流时由哪个模型回答：写成 `large>medium>small` 这样的链，以逗号分隔。只用于以 `x-tain-fallback: on` 要求这样做的调用者（聊天页就是），并总会用 `x-tain-model-served` 告知。',
  },
  RETRY_AMBIGUOUS: {
    about:
      '当第一个上游可能已经处理了请求时，是否（`on`）换一个上游重发：错误更少，但同一个回答可能收两次费。',
  },
  PROBE_INTERVAL: {
    about:
      '每隔多久向各上游询问一次模型列表，以便在调用者之前发现问题；`off` 表示只靠调用者的请求。仅限 Node 宿主。',
  },
  OPENAI_API: {
    about: '聊天使用哪种接口：`responses` 或 `chat`（chat completions）。',
    fallback: 'OpenAI 自己和演示用 `responses`，其余用 `chat`',
  },
  OPENAI_MODEL: {
    about: '没有选择模型的人在聊天中使用的模型。',
    fallback: 'MODELS 的第一个；没有则 OpenAI 自己用 `gpt-5.4-mini`，演示用它自带的，其余用上游列出的第一个',
  },
  MODELS: {
    about:
      '聊天中可以选择哪些模型，以逗号分隔，第一个供没有选择的人使用（除非设置了 OPENAI_MODEL）；`*` 代表上游列出的其余模型。每个模型可以起名，并在括号里写明能力：`vision`、`pdf`（可以直接读 PDF）、`reasoning`、`tools`（或 `no-vision` 等）、上下文（`128k`），以及每百万令牌读入和写出的美元价格（`0.25/2`）。',
    fallback: '上游列出的所有对话模型',
  },
  TITLE_MODEL: {
    about:
      '给新对话起标题的模型，选小而快的；`off` 则保留问题开头的几个字。它会收到第一个问题，和别的请求一样计费。',
    fallback: 'OpenAI 用 `gpt-5.4-nano`，演示用它自带的，其余为 `off`',
  },
  CHAT_TOOLS: {
    about:
      '对话里可以打开哪些由 OpenAI 自己运行的工具，用逗号分隔：`web_search`（搜索网页）、`code_interpreter`（运行代码）、`image_generation`（生成图片）；`off` 则一个也不给。它们只在 Responses API 里有（见 OPENAI_API），每次使用 OpenAI 都在 token 之外另行收费。',
    fallback: '三个都可以',
  },
  UPSTREAM_IDLE_TIMEOUT: { about: '上游可以沉默多久，无论是在开始回答之前，还是两段数据之间。' },
  SITE_NAME: { about: '显示给人们的名字。无论叫什么，都会显示“非官方服务”的声明。' },
  COPY_LABEL: {
    about:
      '复制的回答末尾是否（`on`）加一行“由 AI 生成”，中国大陆自 2025-09-01 起施行的标识办法对公众服务有此要求。导出的文件总会带有标识。',
  },
  SITE_URL: {
    about: '网站的公开地址，例如 https://chat.example.org。使用 https 时，会话 cookie 会标记为 secure。',
    fallback: '取自每个请求',
  },
  OPERATOR_CONTACT: { about: '谁在运营本站、如何联系；显示在条款和隐私页上。' },
  ACCEPT_TERMS: {
    about:
      '人们（包括访客）提出第一个问题之前，是否（`on`）须同意服务条款和隐私说明，内容变动后再次征得同意。谁在何时以哪种语言同意了哪份文本，会记录下来。',
    fallback: '对所有人为 `on`，就坐在网站所在电脑前的人除外',
  },
  MINIMUM_AGE: {
    about:
      '同意条款时须确认的年龄，例如 14 或 18；`off` 表示不问年龄。ACCEPT_TERMS 不询问的人，也不会被问到年龄。',
  },
  LEGAL_DIR: {
    about:
      '存放 Markdown 补充文本的文件夹，附在条款和隐私说明末尾：`terms.en.md`、`terms.zh-CN.md`、`privacy.en.md`、`privacy.zh-CN.md`，有哪份用哪份。网站自带的文本始终保留。',
  },
  MODERATION: {
    about:
      '对话中的问题在保存和提出之前由谁审查：`upstream`（经网关请求上游的 `/v1/moderations`）、`local`（只用 MODERATION_WORDS），或不审查（`off`）。未通过的内容退回给书写者。程序发往 `/v1` 的请求原样转交。',
  },
  MODERATION_WORDS: {
    about:
      '词表文件：问题中不得出现的词语，每行一个，`#` 开头的行是注释。MODERATION=upstream 时，在无法请求上游期间使用。',
  },
  MODERATION_FAILURE: {
    about: '无法审查的问题怎样处理：照常提出（`open`），或不提出（`closed`）。',
  },
  ICP_NUMBER: { about: '中国大陆网站的 ICP 备案号，显示在页脚，并链接到备案查询网站。' },
  POLICE_NUMBER: { about: '中国大陆网站的公安联网备案号，显示在页脚，并链接到备案查询网站。' },
  MODEL_FILING: { about: '需要公示的模型名称和备案号，显示在页脚。' },
  DATA_DIR: { about: '内置数据库和自动生成的密钥放在哪里。' },
  DATABASE_URL: {
    about: '用 PostgreSQL 数据库代替内置的 SQLite 文件。',
    fallback: 'DATA_DIR 中的 tain.db 文件',
  },
  AUTH_SECRET: {
    about: '为会话以及聊天与网关之间的短期令牌签名。多个实例须用同一个。',
    fallback: '首次启动时生成，保存在 DATA_DIR 中',
  },
  FILE_MAX_BYTES: { about: '问题可以附上的最大文件，至多 100MB。' },
  FILES_PER_PERSON: { about: '每个人的附件总共可以占用多少，从别处来的访客是其十分之一；`off` 表示不限。' },
  S3_BUCKET_URL: {
    about:
      '用 S3 兼容存储中的桶保存附件，写成对象所在的地址；运行多个实例时需要它。访问时使用 S3_ACCESS_KEY_ID 和 S3_SECRET_ACCESS_KEY。',
    fallback: 'DATA_DIR 中的 files 目录',
  },
  S3_REGION: { about: 'S3_BUCKET_URL 所在的区域。', fallback: '取自地址；地址看不出来时为 `us-east-1`' },
  S3_ACCESS_KEY_ID: { about: 'S3_BUCKET_URL 的访问密钥。' },
  S3_SECRET_ACCESS_KEY: { about: '与 S3_ACCESS_KEY_ID 配套的私钥。' },
  GUESTS: {
    about: '不登录是否可以聊天：`open` 或 `off`。',
    fallback: '对坐在运行网站的那台电脑前的人为 `open`，对其余人为 `off`',
  },
  GUESTS_PER_ADDRESS: {
    about: '同一地址（IPv6 则为一个 /64）一天内可以产生多少新访客；`off` 表示不限。坐在本机前的人不计。',
  },
  GUEST_DAYS: { about: '访客多少天没有提问，就连同全部对话一起清除；`off` 表示保留。' },
  SIGN_UP: {
    about:
      '谁可以用邮箱和密码注册：所有人（`open`）、没有人（`closed`），或持有站主或管理员邀请的人（`invite`）。无论如何设置，邀请始终有效。',
  },
  OWNER_CODE: {
    about: '第一位访问者凭此码在 `/welcome` 成为站主。有了站主之后，它就没有意义了。',
    fallback: '在有站主之前，每次启动都重新生成并打印',
  },
  SIGN_IN_HEADER: {
    about: 'TRUSTED_PROXIES 中的代理用哪个请求头说明谁已在那里登录。不相信任何其他来源，且仅限 Node 宿主。',
  },
  AUTH_SECRET_PREVIOUS: {
    about: '当前 AUTH_SECRET 之前的那一个。由它签名的会话仍然有效，更换密钥因此不会使任何人退出登录。',
  },
  AUTH_GITHUB_ID: {
    about:
      'GitHub 上 OAuth 应用的客户端 ID，成员可以用它登录。应用的回调地址是 SITE_URL 加上 `/api/auth/callback/github`。',
  },
  AUTH_GITHUB_SECRET: { about: '与 AUTH_GITHUB_ID 配套的密钥。' },
  AUTH_GITHUB_URL: { about: '用来登录的 GitHub Enterprise Server 的地址，取代 github.com。' },
  AUTH_GOOGLE_ID: {
    about:
      'Google 上 Web 应用的客户端 ID，成员可以用它登录。应用的重定向地址是 SITE_URL 加上 `/api/auth/callback/google`。',
  },
  AUTH_GOOGLE_SECRET: { about: '与 AUTH_GOOGLE_ID 配套的密钥。' },
  OIDC_ISSUER: {
    about:
      '成员可以用来登录的 OpenID Connect 服务（Keycloak、Authentik、Entra、Okta 等）：填写 `/.well-known/openid-configuration` 所在的上级地址。重定向地址是 SITE_URL 加上 `/api/auth/callback/oidc`。',
  },
  OIDC_CLIENT_ID: { about: 'OIDC_ISSUER 的服务分配给本站的客户端 ID。' },
  OIDC_CLIENT_SECRET: { about: '与 OIDC_CLIENT_ID 配套的密钥。' },
  OIDC_NAME: { about: '按钮上怎样称呼 OIDC_ISSUER 的服务。', fallback: 'OpenID Connect' },
  PROVIDER_SIGN_UP: {
    about:
      '由 GitHub、Google 或 OpenID Connect 服务担保的人第一次来时，是否（`open`）自动获得账户。`closed` 时需要邀请，或事先在自己的账户里关联。',
  },
  PROVIDER_EMAIL_DOMAINS: {
    about:
      '允许 GitHub、Google 或 OpenID Connect 服务让谁登录：邮箱属于这些域名、且已由该服务验证的人，以逗号分隔。',
    fallback: '所有人',
  },
  SMTP_URL: {
    about:
      '替本站发邮件的服务器，忘记密码的人可以自己收到链接，也可以确认邮箱：`smtps://user:password@host:465`，或必须支持 STARTTLS 的 `smtp://…:587`；末尾加 `?tls=off` 表示不加密，只用于自己的内网。需要 MAIL_FROM 和 SITE_URL。',
    fallback: '不发邮件，由站主和管理员转交链接',
  },
  MAIL_FROM: { about: '本站邮件的发件人，须是邮件服务器允许的。' },
  GATEWAY_TOKENS: {
    about: '其他程序使用 `/v1` 所用的令牌，以逗号分隔。',
    fallback: '首次启动时生成一个，保存在 DATA_DIR/gateway-token',
  },
  GATEWAY_URL: { about: '聊天所用的网关，当它不是本站自己的网关时。', fallback: '本站自己的 /v1' },
  ADDRESS_RATE: {
    about:
      '没有有效令牌时，一个地址（IPv6 则为一个 /64）可以向 `/v1` 发多少请求，例如 60/m、3/s 或 500/h；`off` 表示不限。',
  },
  ADDRESS_BURST: {
    about:
      '在开始按 ADDRESS_RATE 限制之前，可以立即多处理多少请求，含义同 nginx 的 `burst` 加 `nodelay`；`off` 表示没有。',
  },
  CALLER_RATE: { about: '每个令牌可以向 `/v1` 发多少请求，例如 600/m；`off` 表示不限。' },
  CALLER_BURST: { about: '同 ADDRESS_BURST，用于 CALLER_RATE。' },
  CALLER_STREAMS: { about: '一个令牌（或一个没有令牌的地址）同时可以有多少进行中的请求；`off` 表示不限。' },
  REDIS_URL: {
    about:
      '多个实例共同计数所用的 Redis；使用 PostgreSQL 时，实例之间也经由它逐字通报正在写的回答。它不在时，每个实例守住自己的一份限额，回答则从数据库读取。',
    fallback: 'off：在本进程的内存里计数',
  },
  INSTANCES: { about: 'REDIS_URL 不在时，限额分成几份。', fallback: 'off：最近一次在那里看到几个就分几份' },
  TRUSTED_PROXIES: {
    about:
      '网站前面的代理，写成地址或 10.0.0.0/8 这样的网段，只相信它们的 CLIENT_IP_HEADER；`all` 相信所有人，只适用于谁也不能直接到达的宿主，`off` 谁也不信。',
    fallback: 'off：以套接字的地址为准',
  },
  CLIENT_IP_HEADER: {
    about:
      'TRUSTED_PROXIES 用来说明来访者的那一个请求头，例如 X-Forwarded-For、X-Real-IP 或 CF-Connecting-IP；若是列表，取最后一个不属于代理的地址。',
  },
  ALLOW_NETWORKS: { about: '只有这些地址或网段可以使用 `/v1`，不论有没有令牌；`off` 表示都可以。' },
  DENY_NETWORKS: { about: '这些地址或网段不可以使用 `/v1`，即使 ALLOW_NETWORKS 里有；`off` 表示不拒绝。' },
  DENY_USER_AGENTS: {
    about:
      'user agent 含有这些词、又没有出示有效令牌的程序，不能进入 `/v1`，以逗号分隔；`default` 代表 Scrapy、curl、HttpClient 和常见扫描器，`off` 表示不拒绝。',
  },
  DENY_PATHS: {
    about:
      '`/v1` 之下不转发的路径，连同其下的一切，以逗号分隔。`/v1/organization` 和 `/v1/projects` 从不转发。',
  },
  MAX_BODY_BYTES: { about: '转发的请求体最大多少，例如 512MB；`off` 表示不限。' },
  BYOK: { about: '调用者是否（`on`）可以用自己的上游密钥代替本站的令牌。密钥原样转发，绝不保存或记录。' },
  RELAY_SECRET: {
    about:
      '使没有密钥的网站成为中继：只接待在 `x-tain-relay-secret` 中带有此口令的请求，并把它们自己的密钥转发出去。有密钥的网站会把它发给自己的上游，OpenAI 除外。',
  },
  OPERATOR_TOKEN: {
    about: '以 `Authorization: Bearer` 发送，即可在 `/gateway/status` 查看上游和密钥的状态。',
    fallback: '未设置：该页面不存在',
  },
  PORT: { about: '网站监听的端口。' },
  HOST: { about: '网站监听的地址。`0.0.0.0` 表示向你的网络开放。' },
  REDIS_TIMEOUT: {
    about:
      '一个请求最多等 REDIS_URL 多久；超过后，该实例按自己的一份额度自行计数。Redis 在另一个区域时请设长一些。',
  },
  REDIS_REST_URL: {
    about:
      '通过 HTTP 访问的 Redis（Upstash 或 serverless-redis-http），Edge 路由的各个实例在其中共同计算限额：那里没有 TCP，用不了 REDIS_URL。与 REDIS_REST_TOKEN 一起设置。',
    fallback: '未设置：Edge 路由的每个实例各自计数',
  },
  REDIS_REST_TOKEN: { about: 'REDIS_REST_URL 的令牌。' },
  ASSET_PREFIX: {
    about:
      '放在静态文件前面的 CDN，例如 https://cdn.example.org：页面从 `{ASSET_PREFIX}/_next/static/…` 加载脚本、样式和字体，CDN 则向本站取回。它属于构建的一部分，改动后 `npm start` 会重新构建。',
    fallback: '未设置：由网站自己提供',
  },
  DRAIN_TIMEOUT: { about: '收到 SIGTERM 后，进行中的回答还可以用多久写完。' },
  LOG_LEVEL: { about: '写出哪些结构化日志。' },
}
