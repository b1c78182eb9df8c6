const LONGEST = 1600;

/** A picture of the phone's camera, upright and small enough to be sent over a weak signal, as Base64. */
export async function photo(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  for (const quality of [0.85, 0.7, 0.5]) {
    const text = canvas.toDataURL('image/jpeg', quality).split(',')[1];
    if (text.length < 700000) return text;
  }
  return canvas.toDataURL('image/jpeg', 0.35).split(',')[1];
}
