/** Sentences of starting up: what is wrong and what to do; and how the start is getting on. */
export const startup = {
  'startup.NODE_TOO_OLD': 'Node.js {{found}} terlalu lama: pasang Node.js {{needed}} atau yang lebih baru, lalu mulai lagi.',
  'startup.HOME_IN_USE':
    'Folder data {{path}} sedang dipakai Gendan lain (proses {{pid}}): hentikan dahulu yang itu, atau atur GENDAN_HOME ke folder lain.',
  'startup.HOME_NOT_WRITABLE':
    'Folder data {{path}} tidak dapat ditulis ({{reason}}): beri pengguna Anda akses ke folder itu, atau atur GENDAN_HOME ke folder yang dapat ditulis.',
  'startup.DISK_FULL': 'Disk tempat {{path}} penuh (tersisa {{freeMb}} MB, perlu 256 MB): kosongkan sebagian ruang, lalu mulai lagi.',
  'startup.PORT_TAKEN': 'Port {{port}} sudah dipakai program lain: hentikan program itu, atau pilih port lain dengan {{setting}}.',
  'startup.TEMPORAL_PROGRAM_MISSING':
    'Program temporal tidak ditemukan, tidak dapat diunduh, dan tidak dapat dibangun ({{reason}}): pasang Temporal CLI dengan server {{needed}} atau yang lebih baru lalu atur TEMPORAL_CLI, pasang Go, atau atur TEMPORAL_ADDRESS ke server Temporal yang sudah berjalan.',
  'startup.TEMPORAL_CLI_UNUSABLE':
    'TEMPORAL_CLI menunjuk {{path}}, yang bukan program temporal yang berfungsi ({{reason}}): perbaiki TEMPORAL_CLI, atau hapus agar Gendan mencarinya sendiri.',
  'startup.TEMPORAL_TOO_OLD':
    'Server Temporal versi {{found}}, sedangkan Gendan memerlukan {{needed}} atau yang lebih baru: perbarui server itu, atau gunakan yang lebih baru.',
  'startup.TEMPORAL_UNREACHABLE':
    'Tidak ada server Temporal yang menjawab di {{address}} ({{reason}}): jalankan server itu, atau perbaiki TEMPORAL_ADDRESS beserta setelan TLS dan kunci API-nya.',
  'startup.TEMPORAL_FAILED': 'Server Temporal bawaan gagal dijalankan ({{reason}}): keterangan lengkap ada di log {{log}}.',
  'startup.DATABASE_URL_INVALID': 'DATABASE_URL bukan alamat PostgreSQL: tulis dalam bentuk postgres://pengguna:sandi@host:5432/basisdata.',
  'startup.DATABASE_UNREACHABLE':
    'Tidak ada server PostgreSQL yang menjawab di {{host}}:{{port}} ({{reason}}): jalankan server itu, atau perbaiki DATABASE_URL.',
  'startup.DATABASE_REFUSED':
    'PostgreSQL di {{host}}:{{port}} menolak sambungan ke basis data {{database}} sebagai {{user}} ({{reason}}): perbaiki pengguna, sandi, atau basis data di DATABASE_URL.',
  'startup.POSTGRES_FAILED': 'PostgreSQL bawaan gagal dijalankan ({{reason}}): keterangan lengkap ada di log {{log}}.',
  'startup.POSTGRES_UNSUPPORTED':
    'PostgreSQL bawaan tidak tersedia untuk {{platform}}: atur DATABASE_URL ke server PostgreSQL Anda sendiri.',
  'startup.POSTGRES_DATA_FOREIGN':
    'Folder data {{path}} dibuat oleh PostgreSQL {{found}}, sedangkan Gendan ini membawa {{needed}}: pindahkan datanya dengan pg_dump, atau jalankan Gendan yang membuatnya.',
  'startup.SEAL_KEY_MISSING':
    'Pesan instalasi ini disegel dengan kunci yang tidak ada di {{place}} ({{keys}}): pulihkan berkas itu dari cadangan, atau isi GENDAN_SEAL_KEYS dengan kuncinya.',
  'startup.SEAL_KEYS_INVALID':
    '{{place}} tidak berisi kunci segel yang dapat dipakai: setiap kunci harus 32 byte acak dalam base64. Pulihkan dari cadangan; tanpa kunci yang benar tidak ada pesanan yang dapat berlanjut.',
  'startup.SEAL_KEYS_READABLE':
    'Pengguna lain dapat membaca kunci di {{path}}: tutup berkas itu bagi semua selain pemiliknya (chmod 600), lalu mulai lagi.',
  'startup.progress.postgres-copy': 'Menyalin program PostgreSQL ke {{path}} …',
  'startup.progress.postgres-elsewhere': 'Pengguna yang menjalankan PostgreSQL tidak dapat masuk ke {{home}}: datanya ada di {{path}}.',
  'startup.progress.postgres-init': 'Membuat basis data di {{path}} …',
  'startup.progress.postgres-start': 'Menjalankan PostgreSQL …',
  'startup.progress.postgres-ready': 'PostgreSQL siap di port {{port}}.',
  'startup.progress.postgres-restart': 'PostgreSQL berhenti di luar dugaan ({{reason}}); dijalankan lagi.',
  'startup.progress.temporal-download': 'Mencari program temporal siap pakai di internet …',
  'startup.progress.temporal-build':
    'Membangun program temporal dengan Go, cukup sekali; perlu sekitar enam menit pada dua inti, hasilnya disimpan di {{path}}.',
  'startup.progress.temporal-building': 'Membangun program temporal: {{minutes}} menit {{seconds}} detik, {{packages}} paket selesai …',
  'startup.progress.temporal-waiting': 'Gendan lain (proses {{pid}}) sedang membangun program temporal; menunggu sampai selesai …',
  'startup.progress.temporal-built': 'Program temporal selesai dibangun.',
  'startup.progress.temporal-start': 'Menjalankan Temporal …',
  'startup.progress.temporal-ready': 'Temporal {{version}} siap di port {{port}}.',
  'startup.progress.temporal-restart': 'Temporal berhenti di luar dugaan ({{reason}}); dijalankan lagi.',
  'startup.progress.leftover-ended': 'Mengakhiri {{name}} sisa dari proses sebelumnya (proses {{pid}}).',
  'startup.progress.stopping': 'Menghentikan semua server …',
  'startup.progress.stopped': 'Semua server sudah berhenti.',
};
