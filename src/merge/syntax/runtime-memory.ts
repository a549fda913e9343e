/** How far the memory may grow beyond what the runtime and its grammars take. Real texts of the greatest length need about a third. */
const maxParseMemoryBytes = 1 << 27

const pageBytes = 1 << 16

/** Behind so much that is zero nothing lies: the runtime and its grammars fill the memory from below without a page between. To touch all of it takes long. */
const emptyBytes = 1 << 20

/** What the hook of Emscripten is given: imports, and where the instance goes. */
type Instantiate = (
  imports: WebAssembly.Imports,
  receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
) => object

/**
 * The memory of the parsers' runtime. There are texts that make a parser overflow its stack or want gigabytes; what it leaves then is not
 * to be used again. So the memory is kept as it was before any parse, and put back after one that failed: the next text meets the same
 * runtime as if nothing had happened.
 */
export class RuntimeMemory {
  /** Is it as it was kept? Whoever uses it says no. */
  isClean = true
  /** How often it was put back: what lay in it before is gone. */
  restored = 0
  #memory: WebAssembly.Memory | undefined
  #stackPointer: WebAssembly.Global | undefined
  /** The pages that are not all zero, by their place. */
  #kept = new Map<number, Uint8Array>()
  #keptStackPointer = 0
  #keptBytes = Number.POSITIVE_INFINITY

  /** The hook `instantiateWasm` of a module that is about to be started. */
  instantiate(program: WebAssembly.Module): Instantiate {
    return (imports, receive) => {
      const environment = imports['env']!
      this.#memory = environment['memory'] as WebAssembly.Memory
      this.#stackPointer = environment['__stack_pointer'] as WebAssembly.Global
      const grow = environment['emscripten_resize_heap'] as (bytes: number) => number
      environment['emscripten_resize_heap'] = (bytes: number) => {
        if (bytes >>> 0 > this.#keptBytes + maxParseMemoryBytes) throw new RuntimeFailure('out of memory')
        return grow(bytes)
      }
      environment['_abort_js'] = () => {
        throw new RuntimeFailure('aborted')
      }
      receive(new WebAssembly.Instance(program, imports), program)
      return {}
    }
  }

  /** From now on this is what `restore` puts back. */
  keep(): void {
    const bytes = new Uint8Array(this.#memory!.buffer)
    const words = new Int32Array(this.#memory!.buffer)
    this.#kept = new Map()
    this.#keptBytes = 0
    for (let at = 0; at < bytes.length && at < this.#keptBytes + emptyBytes; at += pageBytes)
      if (!isZero(words, at >> 2)) {
        this.#kept.set(at, bytes.slice(at, at + pageBytes))
        this.#keptBytes = at + pageBytes
      }
    this.#keptStackPointer = this.#stackPointer!.value as number
  }

  /** Puts back what was kept, if anything was. */
  restore(): void {
    if (!this.#kept.size) return
    const bytes = new Uint8Array(this.#memory!.buffer).fill(0)
    for (const [at, page] of this.#kept) bytes.set(page, at)
    this.#stackPointer!.value = this.#keptStackPointer
    this.isClean = true
    this.restored++
  }
}

/** The runtime cannot go on with this text. */
class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure'
}

/** Did the runtime fail: a trap of its code, or a limit of its memory? */
export function isRuntimeFailure(error: unknown): boolean {
  return error instanceof RuntimeFailure || error instanceof WebAssembly.RuntimeError
}

function isZero(words: Int32Array, from: number): boolean {
  let bits = 0
  for (let at = from, end = from + pageBytes / 4; at < end && !bits; at += 4)
    bits = words[at]! | words[at + 1]! | words[at + 2]! | words[at + 3]!
  return bits === 0
}
