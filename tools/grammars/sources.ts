/** Where one wasm comes from. */
export interface Source {
  /** `grammars/<name>.wasm.gz`. */
  readonly name: string
  /** The npm package that holds the wasm, and its place there. */
  readonly from: string
  readonly path: string
  /** The package of the grammar's own text, where another one built it. */
  readonly grammarOf?: string
}

/** A grammar in a package of its own, named alike. */
function own(name: string, from = `tree-sitter-${name}`, file = `tree-sitter-${name}.wasm`): Source {
  return { name, from, path: file }
}

/** Every wasm that merging loads: the runtime of the parsers, and the grammars. */
export const sources: readonly Source[] = [
  own('bash'),
  own('c'),
  own('cpp'),
  own('csharp', 'tree-sitter-c-sharp', 'tree-sitter-c_sharp.wasm'),
  own('css'),
  own('go'),
  own('html'),
  own('java'),
  own('javascript'),
  own('json'),
  own('kotlin', '@tree-sitter-grammars/tree-sitter-kotlin'),
  own('php'),
  own('python'),
  own('ruby'),
  own('rust'),
  own('scala'),
  // Its own package holds no wasm.
  {
    name: 'swift',
    from: '@repomix/tree-sitter-wasms',
    path: 'out/tree-sitter-swift.wasm',
    grammarOf: 'tree-sitter-swift',
  },
  own('toml', '@tree-sitter-grammars/tree-sitter-toml'),
  own('tsx', 'tree-sitter-typescript'),
  own('typescript'),
  own('web-tree-sitter', 'web-tree-sitter', 'web-tree-sitter.wasm'),
  own('yaml', '@tree-sitter-grammars/tree-sitter-yaml'),
]
