/** Why the books did not do what they were asked, and what failures of effects mean. */
export const refusals = {
  'refusal.CUSTOMER_UNKNOWN': 'Tidak ada pelanggan {{customer}} di pembukuan.',
  'refusal.ORDER_UNKNOWN': 'Tidak ada pesanan {{order}} di pembukuan.',
  'refusal.ORDER_OF_ANOTHER': 'Pesanan {{order}} bukan milik pelanggan {{customer}}.',
  'refusal.LINE_UNKNOWN': 'Pesanan {{order}} tidak punya baris {{line}}.',
  'refusal.ORDERED_EXCEEDED': 'Baris {{line}}: {{asked}} akan dikirim, padahal sisa pesanan yang terbuka hanya {{open}}.',
  'refusal.STOCK_EXCEEDED': '{{product}}: {{asked}} akan dikirim, padahal stok yang bebas hanya {{open}}.',
  'refusal.OVER_LIMIT': 'Kredit pelanggan tidak cukup: jumlahnya akan melewati batas.',
  'refusal.RELEASE_UNKNOWN': 'Barang ini tidak lagi disisihkan, atau sudah dicatat keluar sebelumnya.',
  'refusal.RELEASED_EXCEEDED': 'Baris {{line}}: {{asked}} dicatat keluar, padahal yang dilepas hanya {{open}}.',
  'refusal.RETURN_ABOVE_SHIPPED': 'Baris {{line}}: hanya {{most}} yang sudah dikirim dan belum kembali.',
  'refusal.UNKNOWN': 'Pembukuan tidak menyebut apakah ini sudah dicatat: periksa dahulu di sana.',
  'failure.ACTIVITY_FAILED': 'Sistem gagal dan hanya menyebut: {{detail}}. Coba lagi, atau kerjakan secara manual.',
  'failure.READING_UNKNOWN':
    'Worker tidak punya sistem yang memberi {{detail}}: operator sistem harus menyiapkannya; lalu pilih "Coba lagi".',
  'failure.INPUT_INVALID':
    'Sistem tidak dapat menerima permintaan prosedur ({{detail}}): operator sistem harus memeriksanya; sampai saat itu hanya bisa dikerjakan manual.',
  'failure.CASE_NOT_STARTED': 'Kasus lain tidak dapat dimulai ({{detail}}): mulai secara manual, lalu pilih "Sudah dikerjakan manual".',
  'failure.ORDER_UNKNOWN': 'Tidak ada pesanan {{detail}}: perbaiki nomornya di perubahan, atau batalkan perubahan itu.',
  'failure.PAPER_INVALID': 'Dokumen ini tidak dapat dicetak ({{detail}}): perbaiki isinya.',
};
