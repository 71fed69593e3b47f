/**
 * The 23 files that brought a database to where `db/schema/0001_baseline.sql` begins, with the hash each was recorded under. A database that has had
 * them all is what the baseline makes, so it is accepted as it is, once.
 */
export const beforeBaseline: Readonly<Record<string, string>> = {
  '0001_core.sql': 'c5c731004e589640fdf0af4fedba24500fec107fbbae6749df781da85bdda194',
  '0002_apply.sql': '3a0db4f8bdaa48074497de104010032224fc3ad94c76bf3e70b9157db526ab02',
  '0003_journal.sql': '8cae639348377ef557e05bcf853a15a233a1272cd9bfff2bf1f5952f94f0e323',
  '0004_edge.sql': 'f9a064f861c22f9768efbdfbc776ad9a80dbb511c20be4cbb046742c4f254c23',
  '0010_documents.sql': 'd2b1236e3d17406519332882bd2eede5a2fcdb9a83836488f122a2a84ff95d91',
  '0011_calendar.sql': 'cf35ecad2dcd4d1e8c3ffe092ba880082ee08bb05a0e876bd2f882c27797cc5e',
  '0020_books.sql': '75da2aef2c56264945f2d4ab028ccf9822ff77fe84221efbd30df47a4f42b360',
  '0021_lean.sql': '1a3ffb6a0aaa46245c39667381dbd6215abd201c56c64f94c4919b1a12efc9a4',
  '0030_authority.sql': '31da8dad4b759bc592b949b364a00f4dc9cab562e27d00637870f08523cfacac',
  '0030_order_change.sql': 'd417e63025c11f5cf31ad52b4d87943cbddc9fa8d301b3a3f3409830721f8340',
  '0030_time.sql': '6f002bc3f3d8d8ade1b55be0d15481ff3a546fa7c58dba18a6a2e4d24634c763',
  '0031_returns.sql': '56eaf872456cee967d056f0af1f639001c7679862488df1bb6c08f3921c19bfb',
  '0032_unmanned.sql': '31635db834aa07e02c6354f9ae023088475f17a6ee306754838749fb9e61588a',
  '0040_beside.sql': '58ec7a5a08f29e9e6fbe49d4c5cb7b490f4eca6b882ccd7689171260fce5ec40',
  '0050_bounces.sql': '0aca0b3f1557bb8db83e976027342660bf04677b4ebb3a015fa5e637a580a040',
  '0050_claims.sql': 'c7e0d9091e52c7bb071f2168bb994d15bff2f8d6ca0e82f532b332f62ea33d8a',
  '0060_batches.sql': 'a1a6a458f29be1773c47a20c44b07efc7d3dc0a148ba922718d7d5dcc8056824',
  '0060_order_books.sql': '6d3b39dd20d76d8f618361c5389a622f245b10dde6ee9fcbfd0557d973c99a23',
  '0070_form_content.sql': '279b1952667c21234c0f04340ce02ec984169f7c77a08005250f73814832cba8',
  '0071_notice_mail.sql': 'e72a3d5e20ebac4dc8af792aaad64cb8b50abc18955db2dc9a431a9edb77683b',
  '0080_renamed.sql': 'b05f1864b2484a44e3b19a2c3b7b47592dc04459b01af78aec45286ba35ef6e1',
  '0081_reopen.sql': '76499e940d9ea295005be8f63ee3bae53152120a5d8ca1186807e8215826ed18',
  '0090_task_count.sql': '625ca950ff135d5c8d5e1ed780fa2aae453c0a32dbf58be50485fd0d974371d5',
};

/** What the functions of those files are called; the database kept no list of them then. */
export const functionsBeforeBaseline = '^(gendan|book|kase|edition)_';
