/** Bundles `entry`, a path of a .ts file, into a script; gives its path. */
export function bundle(entry: string, name: string): Promise<string>
/** What `entry` exports. */
export function load(entry: string): Promise<unknown>
