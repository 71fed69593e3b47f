/** A closed case that is opened again. */
export const reopening = {
  'verb.reopen': 'Buka kembali',
  'timeline.case-reopened': '{{by}} membuka kembali proses: {{reason}}',
  'timeline.case-reopened.for': '{{by}} membuka kembali proses untuk {{actingFor}}: {{reason}}',
  'explain.cause.closed': 'proses sedang ditutup',
  'problem.CASE_OPEN': 'Proses ini belum ditutup: tidak ada yang perlu dibuka kembali.',
  'problem.CASE_OPEN.by': 'Proses ini sedang berjalan: {{by}} membukanya kembali pada {{at}}.',
  'problem.CASE_STATE_GONE':
    'Proses ini sudah terlalu lama ditutup: keadaannya tidak disimpan lagi, sehingga tidak bisa dibuka kembali. Buat pengajuan baru.',
  'problem.REOPEN_IN_VAIN':
    'Tidak ada yang akan ditanyakan lagi, sehingga proses akan langsung berakhir seperti semula: sebutkan tahap lain.',
  'problem.REOPEN_NOT_PROVIDED': 'Aturan prosedur ini tidak mengizinkan proses yang ditutup dibuka kembali.',
  'problem.REOPEN_TARGET_UNKNOWN': 'Proses tidak bisa dibuka kembali di situ: sebutkan tahap yang sudah dilewati; yang bisa: {{allowed}}.',
  'problem.REOPEN_TOO_LATE': 'Proses ini bisa dibuka kembali sampai {{until}}.',
  'cli.case-reopen': 'Buka kembali proses yang ditutup',
};
