/**
 * The inner products of one vector with many, as a WebAssembly module of some 250 bytes: 128-bit SIMD, written out below instruction by
 * instruction, so that neither a compiler nor a file to download stands between what is read here and what runs. Opcodes: WebAssembly
 * Core Specification 2.0, §5.4 (binary format of instructions).
 */

/** Numbers that one turn of the inner loop takes: rows must be padded with zeros to a multiple of it. */
export const KERNEL_STEP = 16

/** The module's one export. Byte offsets into the memory; `rowBytes` a multiple of 64, above 0; `count` rows follow each other without a gap. */
export type ScoresFunction = (rows: number, query: number, out: number, count: number, rowBytes: number) => void

/**
 * The kernel over `memory`.
 * @throws WebAssembly.CompileError where SIMD is missing or the page's CSP forbids WebAssembly; ReferenceError where there is none
 */
export function instantiateKernel(memory: WebAssembly.Memory): ScoresFunction {
  const module = new WebAssembly.Module(kernelBytes())
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return exports['scores'] as ScoresFunction
}

/** The module in WebAssembly's binary format. */
export function kernelBytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // "\0asm", version 1
    ...section(1, [1, 0x60, 5, I32, I32, I32, I32, I32, 0]), // types: one, (i32 × 5) → ()
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 0]), // imports: one memory of at least 0 pages
    ...section(3, [1, 0]), // functions: one, of type 0
    ...section(7, [1, ...name('scores'), 0x00, 0]), // exports: function 0
    ...section(10, [1, ...sized([...LOCALS, ...body(), END])]), // code
  ])
}

const I32 = 0x7f
const V128 = 0x7b
const END = 0x0b
/** Two i32 and four v128 after the parameters. */
const LOCALS = [2, 2, I32, 4, V128]

// Parameters, then locals.
const [ROWS, QUERY, OUT, COUNT, ROW_BYTES, END_OF_QUERY, AT] = [0, 1, 2, 3, 4, 5, 6] as const
const SUMS = [7, 8, 9, 10] as const

const get = (local: number): number[] => [0x20, local]
const set = (local: number): number[] => [0x21, local]
const tee = (local: number): number[] => [0x22, local]
const constant = (value: number): number[] => [0x41, value] // LEB128; the values here are below 64, or LEB-encoded by hand
const I32_ADD = [0x6a]
const I32_SUB = [0x6b]
const I32_LESS = [0x49]
const I32_IS_ZERO = [0x45]
const F32_ADD = [0x92]
const F32_STORE = [0x38, 2, 0] // align 2², offset 0
const BLOCK = [0x02, 0x40]
const LOOP = [0x03, 0x40]
const branchIf = (depth: number): number[] => [0x0d, depth]
const ZERO = [0xfd, 0x0c, ...new Array<number>(16).fill(0)] // v128.const 0
const load = (offset: number): number[] => [0xfd, 0x00, 4, offset] // v128.load, align 2⁴
const F32X4_ADD = [0xfd, 0xe4, 0x01]
const F32X4_MULTIPLY = [0xfd, 0xe6, 0x01]
const lane = (index: number): number[] => [0xfd, 0x1f, index] // f32x4.extract_lane
const SIXTY_FOUR = [0x41, 0xc0, 0x00] // i32.const 64 in signed LEB128

function body(): number[] {
  return [
    ...[...get(QUERY), ...get(ROW_BYTES), ...I32_ADD, ...set(END_OF_QUERY)],
    ...BLOCK,
    ...[...get(COUNT), ...I32_IS_ZERO, ...branchIf(0)], // no rows: done
    ...LOOP, // for each row
    ...SUMS.flatMap((sum) => [...ZERO, ...set(sum)]),
    ...[...get(QUERY), ...set(AT)],
    ...LOOP, // for each 16 numbers of it
    ...SUMS.flatMap((sum, index) => [...get(sum), ...product(16 * index), ...F32X4_ADD, ...set(sum)]),
    ...[...get(ROWS), ...SIXTY_FOUR, ...I32_ADD, ...set(ROWS)],
    ...[...get(AT), ...SIXTY_FOUR, ...I32_ADD, ...tee(AT), ...get(END_OF_QUERY), ...I32_LESS, ...branchIf(0)],
    END,
    ...[...get(OUT), ...total(), ...F32_STORE],
    ...[...get(OUT), ...constant(4), ...I32_ADD, ...set(OUT)],
    ...[...get(COUNT), ...constant(1), ...I32_SUB, ...tee(COUNT), ...branchIf(0)],
    END,
    END,
  ]
}

/** Four numbers of the row times four of the query. */
function product(offset: number): number[] {
  return [...get(ROWS), ...load(offset), ...get(AT), ...load(offset), ...F32X4_MULTIPLY]
}

/** The sum of all sixteen lanes. */
function total(): number[] {
  const [first, second, third, fourth] = SUMS
  const pairs = [...get(first), ...get(second), ...F32X4_ADD, ...get(third), ...get(fourth), ...F32X4_ADD, ...F32X4_ADD, ...set(first)]
  const lanes = [0, 1, 2, 3].map((index) => [...get(first), ...lane(index)])
  return [...pairs, ...lanes.flatMap((value, index) => (index === 0 ? value : [...value, ...F32_ADD]))]
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...sized(content)]
}

/** `content` after its length, unsigned LEB128. */
function sized(content: readonly number[]): number[] {
  const { length } = content
  return length < 0x80 ? [length, ...content] : [(length & 0x7f) | 0x80, length >> 7, ...content]
}

function name(text: string): number[] {
  return sized(Array.from(text, (character) => character.charCodeAt(0)))
}
