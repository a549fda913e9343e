/** Types of Node do not have it. */
declare const WebAssembly: { compile: (bytes: Uint8Array) => Promise<unknown> }

/** Flags of V8, and what takes them back. */
interface Flags {
  readonly quick: readonly string[]
  readonly usual: readonly string[]
}

/** The first flag sets the others too, but in newer versions only at the start of the process. */
const wasmFlags: Flags = {
  quick: ['--liftoff-only', '--no-wasm-tier-up', '--no-wasm-dynamic-tiering'],
  usual: ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering'],
}

const byInvocations: Flags = {
  quick: ['--invocation-count-for-turbofan=60000', '--invocation-count-for-osr=16000'],
  usual: ['--invocation-count-for-turbofan=3000', '--invocation-count-for-osr=800'],
}

/**
 * By version of V8: how long a function runs before it is optimized. A merge of a file or two ends before optimized code has earned what it cost. V8
 * writes an error where it does not know a flag, so other versions are left alone.
 */
const lateFlags: Readonly<Record<string, Flags>> = {
  '11.3': { quick: ['--interrupt-budget=1000000'], usual: ['--interrupt-budget=67584'] },
  '12.4': byInvocations,
  '13.6': byInvocations,
}

/**
 * Makes this process compile WebAssembly fast rather than well, for processes that parse a few files and end: else V8 begins to compile the
 * great functions of grammars a second time, and the process waits for that before it exits, up to 20 s. A process that lives on parses twice
 * as fast without it. It begins with the first grammar: under another flag V8 takes no code that it has compiled before, neither ours nor that of
 * Node's own modules. What is returned takes it back, for what is to be kept of this process.
 */
export function compileWasmQuickly(): () => void {
  return withFirstWasm(wasmFlags)
}

/** The same, and our own code is optimized late. */
export function compileQuickly(): () => void {
  const { quick, usual } = lateFlags[/^\d+\.\d+/.exec(process.versions.v8)![0]] ?? { quick: [], usual: [] }
  return withFirstWasm({ quick: [...wasmFlags.quick, ...quick], usual: [...wasmFlags.usual, ...usual] })
}

function withFirstWasm({ quick, usual }: Flags): () => void {
  const { compile } = WebAssembly
  let takeBack = () => {}
  WebAssembly.compile = (bytes) => {
    WebAssembly.compile = compile
    // Whoever compiles none does not load the module either: that takes a millisecond.
    const { setFlagsFromString } = process.getBuiltinModule('node:v8')
    const set = (some: readonly string[]): void => some.forEach((flag) => setFlagsFromString(flag))
    set(quick)
    takeBack = () => set(usual)
    return compile(bytes)
  }
  return () => takeBack()
}
