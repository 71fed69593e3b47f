/** Sentences of starting up: what is wrong and what to do; and how the start is getting on. */
export const startup = {
  'startup.NODE_TOO_OLD': 'Node.js {{found}} 版本过低：请安装 Node.js {{needed}} 或更高版本后重新启动。',
  'startup.HOME_IN_USE': '数据目录 {{path}} 正被另一个 Gendan（进程 {{pid}}）使用：请先停止它，或将 GENDAN_HOME 设为其他目录。',
  'startup.HOME_NOT_WRITABLE': '数据目录 {{path}} 无法写入（{{reason}}）：请授予当前用户访问权限，或将 GENDAN_HOME 设为可写的目录。',
  'startup.DISK_FULL': '{{path}} 所在磁盘空间不足（剩余 {{freeMb}} MB，至少需要 256 MB）：请清理空间后重新启动。',
  'startup.PORT_TAKEN': '端口 {{port}} 已被其他程序占用：请停止该程序，或通过 {{setting}} 换一个端口。',
  'startup.TEMPORAL_PROGRAM_MISSING':
    '找不到 temporal 程序，也无法下载或编译（{{reason}}）：请安装服务端版本不低于 {{needed}} 的 Temporal CLI 并用 TEMPORAL_CLI 指定，或安装 Go，或将 TEMPORAL_ADDRESS 设为已运行的 Temporal 服务器。',
  'startup.TEMPORAL_CLI_UNUSABLE':
    'TEMPORAL_CLI 指定的 {{path}} 不是可用的 temporal 程序（{{reason}}）：请更正 TEMPORAL_CLI，或删除该设置，由 Gendan 自动查找。',
  'startup.TEMPORAL_TOO_OLD': 'Temporal 服务器版本为 {{found}}，而 Gendan 需要 {{needed}} 或更高版本：请升级，或改用更新的服务器。',
  'startup.TEMPORAL_UNREACHABLE':
    '{{address}} 上没有 Temporal 服务器应答（{{reason}}）：请启动服务器，或更正 TEMPORAL_ADDRESS 及其 TLS、API 密钥设置。',
  'startup.TEMPORAL_FAILED': '内置 Temporal 服务器启动失败（{{reason}}）：详情见日志 {{log}}。',
  'startup.DATABASE_URL_INVALID': 'DATABASE_URL 不是有效的 PostgreSQL 地址：请写成 postgres://用户:密码@主机:5432/数据库 的形式。',
  'startup.DATABASE_UNREACHABLE': '{{host}}:{{port}} 上没有 PostgreSQL 服务器应答（{{reason}}）：请启动服务器，或更正 DATABASE_URL。',
  'startup.DATABASE_REFUSED':
    '{{host}}:{{port}} 上的 PostgreSQL 拒绝以用户 {{user}} 连接数据库 {{database}}（{{reason}}）：请更正 DATABASE_URL 中的用户、密码或数据库。',
  'startup.POSTGRES_FAILED': '内置 PostgreSQL 启动失败（{{reason}}）：详情见日志 {{log}}。',
  'startup.POSTGRES_UNSUPPORTED': '没有适用于 {{platform}} 的内置 PostgreSQL：请将 DATABASE_URL 设为您自己的 PostgreSQL 服务器。',
  'startup.POSTGRES_DATA_FOREIGN':
    '数据目录 {{path}} 由 PostgreSQL {{found}} 创建，而当前 Gendan 自带 {{needed}}：请用 pg_dump 迁移数据，或启动创建它的 Gendan 版本。',
  'startup.SEAL_KEY_MISSING':
    '本系统的消息用密钥 {{keys}} 加封，但 {{place}} 中没有该密钥：请从备份恢复该文件，或将密钥写入 GENDAN_SEAL_KEYS。',
  'startup.SEAL_KEYS_INVALID':
    '{{place}} 中的内容不是可用的加封密钥：每个密钥须为 base64 编码的 32 个随机字节。请从备份恢复；没有正确的密钥，任何订单都无法继续。',
  'startup.SEAL_KEYS_READABLE': '其他用户可以读取 {{path}} 中的密钥：请将该文件设为仅所有者可读写（chmod 600）后重新启动。',
  'startup.progress.postgres-copy': '正在将 PostgreSQL 程序复制到 {{path}} …',
  'startup.progress.postgres-elsewhere': '运行 PostgreSQL 的用户无法进入 {{home}}，数据改存于 {{path}}。',
  'startup.progress.postgres-init': '正在 {{path}} 创建数据库 …',
  'startup.progress.postgres-start': '正在启动 PostgreSQL …',
  'startup.progress.postgres-ready': 'PostgreSQL 已就绪，端口 {{port}}。',
  'startup.progress.postgres-restart': 'PostgreSQL 意外停止（{{reason}}），正在重新启动。',
  'startup.progress.temporal-download': '正在网上查找现成的 temporal 程序 …',
  'startup.progress.temporal-build': '正在用 Go 编译 temporal 程序，仅需一次；双核机器约需六分钟，结果保存在 {{path}}。',
  'startup.progress.temporal-building': '正在编译 temporal 程序：已用 {{minutes}} 分 {{seconds}} 秒，完成 {{packages}} 个包 …',
  'startup.progress.temporal-waiting': '另一个 Gendan（进程 {{pid}}）正在编译 temporal 程序，等待其完成 …',
  'startup.progress.temporal-built': 'temporal 程序编译完成。',
  'startup.progress.temporal-start': '正在启动 Temporal …',
  'startup.progress.temporal-ready': 'Temporal {{version}} 已就绪，端口 {{port}}。',
  'startup.progress.temporal-restart': 'Temporal 意外停止（{{reason}}），正在重新启动。',
  'startup.progress.leftover-ended': '已结束上次运行遗留的 {{name}}（进程 {{pid}}）。',
  'startup.progress.stopping': '正在停止各服务器 …',
  'startup.progress.stopped': '所有服务器已停止。',
};
