/** A part of the program: a function of what a module of CommonJS is given. */
export type PartFunction = (module: { exports: unknown }, exports: unknown, require: (name: string) => unknown) => void

/** What is loaded so far, by name. */
export type LoadedParts = Record<string, { exports: unknown }>

/** A program as its text gives it: all parts, or some, that load each other when something of them is used. */
export type Program = (
  /** Loads what is none of these parts. */
  require: (name: string) => unknown,
  importModule: (name: string) => Promise<unknown>,
  filename: string,
  /** Shared by all programs of a process, so that no part is there twice. */
  loaded: LoadedParts,
) => {
  readonly load: (name: string) => unknown
  readonly parts: Readonly<Record<string, PartFunction>>
}

/** The text of a program, made of those of its parts. */
export function programText(parts: Iterable<readonly [name: string, part: string]>): string {
  const list = [...parts].map(([name, part]) => `"${name}":${part}`).join(',\n')
  return `(function(require,importModule,__filename,loaded){const parts={\n${list}};${loader}})`
}

const loader = [
  'function load(name){if(name in loaded)return loaded[name].exports;if(!(name in parts))return require(name)',
  'const module=loaded[name]={exports:{}};parts[name](module,module.exports,load);return module.exports}',
  'return{load,parts}',
].join(';')
