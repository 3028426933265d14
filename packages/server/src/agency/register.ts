import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Who works at the demo agency. Nobody: they have a number, and no name. */
export const EMPLOYEES: readonly string[] = ['pegawai-1', 'pegawai-2', 'pegawai-3', 'pegawai-4', 'pegawai-5']

/** The agency's own list: which LINTAS subject each of its employees is. The server never learns who that is. */
export interface Register {
  /** The employee's subject, which `create` makes at the first time. */
  subjectOf(employee: string, create: () => Promise<string>): Promise<string>
  /** The employee's subject, where there is one already. */
  known(employee: string): string | undefined
  /** Whose subject that is. */
  employeeOf(subjectId: string): string | undefined
}

/** The register as a file in `folder`, where a real agency has a table. @throws Error where the file is there and cannot be read */
export async function openRegister(folder: string): Promise<Register> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'employees.json')
  const subjects = new Map<string, string>(Object.entries(await read(file)))
  let writing: Promise<unknown> = Promise.resolve()
  const write = (): Promise<void> => {
    const next = writing.then(() => replace(file, Object.fromEntries(subjects)))
    writing = next.catch(() => undefined)
    return next
  }
  const making = new Map<string, Promise<string>>()
  const make = async (employee: string, create: () => Promise<string>): Promise<string> => {
    const subjectId = await create()
    subjects.set(employee, subjectId)
    await write()
    return subjectId
  }
  return {
    subjectOf: async (employee, create) => {
      const known = subjects.get(employee)
      if (known !== undefined) return known
      // Two tabs that log in at once are one subject.
      const made = making.get(employee) ?? make(employee, create).finally(() => making.delete(employee))
      making.set(employee, made)
      return made
    },
    known: (employee) => subjects.get(employee),
    employeeOf: (subjectId) => [...subjects].find(([, id]) => id === subjectId)?.[0],
  }
}

async function read(file: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, string>
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {}
    throw cause
  }
}

async function replace(file: string, content: object): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content), { mode: 0o600 })
  await rename(`${file}.new`, file)
}
