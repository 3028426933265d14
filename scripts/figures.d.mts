export function filled(text: string, file: string): string
export function reviseFigures(write: boolean): readonly string[]
