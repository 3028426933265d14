/** Letters, digits, dots and dashes; never a way to another folder. */
export const folderName = (name: string): string => name.replace(/[^\w.-]+/g, '-').replace(/^\.+$/, '-')

/** A folder name for each protocol, no two the same: `a/b` and `a b` would be. */
export function foldersFor(protocols: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return protocols.map((protocol) => {
    const name = folderName(protocol)
    let free = name
    // Some systems take upper and lower case for the same.
    for (let copy = 2; taken.has(free.toLowerCase()); copy += 1) free = `${name}-${copy}`
    taken.add(free.toLowerCase())
    return free
  })
}
