/** What a person must be able to read for a code, in both languages: written here by hand, not read from the element's own tables. */
export const SENTENCES: Readonly<Record<string, { readonly id: RegExp; readonly en: RegExp }>> = {
  'comparison:non-match': { id: /Wajah tidak cocok dengan data yang terdaftar/, en: /Your face does not match the enrolled reference/ },
  'quality:no-face': { id: /Wajah tidak terlihat/, en: /No face was seen/ },
  'quality:several-faces': { id: /Ada lebih dari satu wajah/, en: /There was more than one face/ },
  'quality:too-far': { id: /Wajah terlalu jauh/, en: /Your face was too far away/ },
  'quality:too-dark': { id: /Terlalu gelap/, en: /It was too dark/ },
  'pad:undetermined': { id: /Keaslian wajah belum dapat dipastikan/, en: /Liveness could not be established/ },
  'camera-denied': { id: /Izin kamera ditolak/, en: /The camera was not allowed/ },
  'camera-ended': { id: /Kamera terputus/, en: /The camera was disconnected/ },
  'assets-not-found': { id: /Berkas pemeriksaan wajah tidak ditemukan/, en: /A file of the face check was not found/ },
  'assets-hash': { id: /Berkas yang diunduh rusak atau diubah/, en: /A downloaded file is damaged or was changed/ },
  'assets-mime': { id: /Berkas dikirim dengan jenis yang salah/, en: /A file was sent as the wrong type/ },
  'assets-cut': { id: /Unduhan terputus di tengah jalan/, en: /The download broke off/ },
  'assets-stalled': { id: /Unduhan berhenti/, en: /The download has stopped/ },
  'assets-html': { id: /Server mengirim halaman, bukan berkas/, en: /The server sent a page instead of a file/ },
  'assets-network': { id: /Server tidak dapat dihubungi/, en: /The server cannot be reached/ },
  'worker-load': { id: /Skrip pemeriksaan wajah tidak dapat dimuat/, en: /The script of the face check could not be loaded/ },
}
