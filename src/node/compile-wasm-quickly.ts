/** Types of Node do not have it. */
declare const WebAssembly: { compile: (bytes: Uint8Array) => Promise<unknown> }

/** The flag, and those that V8 takes away with it. */
const flagsBefore = ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering']

/**
 * Makes this process compile WebAssembly fast rather than well, for processes that parse a few files and end: else V8 begins to compile the
 * great functions of grammars a second time, and the process waits for that before it exits, up to 20 s. A process that lives on parses twice
 * as fast without it. It begins with the first grammar: under another flag V8 takes no code that it has compiled before, neither ours nor that of
 * Node's own modules. What is returned takes it back, for what is to be kept of this process.
 */
export function compileWasmQuickly(): () => void {
  const { compile } = WebAssembly
  let takeBack = () => {}
  WebAssembly.compile = (bytes) => {
    WebAssembly.compile = compile
    // Whoever compiles none does not load the module either: that takes a millisecond.
    const { setFlagsFromString } = process.getBuiltinModule('node:v8')
    setFlagsFromString('--liftoff-only')
    takeBack = () => flagsBefore.forEach((flag) => setFlagsFromString(flag))
    return compile(bytes)
  }
  return () => takeBack()
}
