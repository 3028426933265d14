// Which pictures the engines are compared on.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const EACH = 100

/** The sets that are there, each with evenly chosen files; those absent are named in `skipped`. */
export function pictureSets(root) {
  const data = join(root, '../shared/data')
  const wanted = [
    { name: 'lfw', folder: join(data, 'identity/lfw-deepfunneled'), most: EACH },
    { name: 'nuaa', folder: join(data, 'pad/nuaa/ClientRaw'), most: EACH },
    { name: 'portraits', folder: join(root, 'test/fixtures/portraits'), most: EACH },
    { name: 'groups', folder: join(root, 'node_modules/@vladmandic/face-api/demo'), most: EACH },
  ]
  const [present, absent] = [wanted.filter(({ folder }) => existsSync(folder)), wanted.filter(({ folder }) => !existsSync(folder))]
  return { sets: present.map(({ name, folder, most }) => ({ name, files: chosen(folder, most) })), skipped: absent.map(({ name }) => name) }
}

function chosen(folder, most) {
  const names = readdirSync(folder, { recursive: true })
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
  const step = Math.max(names.length / most, 1)
  return Array.from({ length: Math.min(names.length, most) }, (_, index) => join(folder, names[Math.floor(index * step)]))
}
