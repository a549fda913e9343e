import { dirname, join } from 'node:path/posix'
import { freeNames, type FreeName } from './free-names.ts'
import { isPure, layers, sees, type FolderRule } from './layers.ts'
import { childrenOf, isNode, lineAt, listFiles, parseSource, type SourceFile, type SyntaxNode } from './source.ts'

/** A place that breaks a rule of the architecture. */
export interface Breach {
  readonly kind: 'folder' | 'layer' | 'package' | 'builtin' | 'computed' | 'ambient' | 'cycle'
  readonly path: string
  readonly line: number
  readonly message: string
}

interface Import {
  /** Undefined where it is computed at run time. */
  readonly specifier: string | undefined
  readonly node: SyntaxNode
}

const sourceFolders = ['src', 'transports', 'signaling', 'examples', 'bench']

/** Globals that reach a clock, a timer, randomness, the network, cryptography or the process. `Date` and `Math` have pure parts. */
const ambient = new Set(
  (
    'setTimeout setInterval setImmediate requestAnimationFrame performance crypto fetch XMLHttpRequest WebSocket EventSource ' +
    'RTCPeerConnection localStorage sessionStorage indexedDB caches navigator document process Buffer require globalThis self window global'
  ).split(' '),
)

/** All breaches in the tree below `root`. */
export function findBreaches(root: string, rules: Readonly<Record<string, FolderRule>> = layers): Breach[] {
  const files = listFiles(root, sourceFolders, '.ts').map((path) => parseSource(root, path))
  const graph = new Map<string, string[]>()
  const breaches = files.flatMap((file) => {
    const imports = importsOf(file)
    graph.set(
      file.path,
      imports.flatMap(({ specifier }) => (specifier?.startsWith('.') ? [targetOf(file, specifier)] : [])),
    )
    return checkFile(file, imports, rules)
  })
  return [...breaches, ...findCycles(graph)]
}

function checkFile(
  file: SourceFile,
  imports: readonly Import[],
  rules: Readonly<Record<string, FolderRule>>,
): Breach[] {
  const folder = folderOf(file.path)
  const rule = rules[folder]
  if (!rule) return [{ kind: 'folder', path: file.path, line: 1, message: `${folder} has no row in tools/layers.ts` }]
  const breach = (kind: Breach['kind'], node: SyntaxNode, message: string): Breach => ({
    kind,
    path: file.path,
    line: lineAt(file.text, node.start),
    message,
  })
  const found: Breach[] = []
  for (const { specifier, node } of imports) {
    if (specifier === undefined) found.push(breach('computed', node, 'the name of an import is not a literal'))
    else if (specifier.startsWith('.')) {
      const target = folderOf(targetOf(file, specifier))
      if (!sees(folder, target, rules)) found.push(breach('layer', node, `${folder} must not import ${target}`))
    } else if (specifier.startsWith('node:')) {
      if (!rule.node) found.push(breach('builtin', node, `${folder} is portable and must not import ${specifier}`))
    } else if (!rule.packages?.includes(packageOf(specifier)))
      found.push(breach('package', node, `${folder} must not import the package ${packageOf(specifier)}`))
  }
  if (isPure(rule))
    for (const free of freeNames(file.program))
      if (isAmbient(free))
        found.push(breach('ambient', free.node, `${folder} takes ${free.name} through a contract only`))
  return found
}

/** Static and dynamic imports, re-exports and `import('…')` types. */
function importsOf(file: SourceFile): Import[] {
  const found: Import[] = []
  const visit = (node: SyntaxNode): void => {
    const source = /^(Import(Declaration|Expression)|Export(Named|All)Declaration|TSImportType)$/.test(node.type)
      ? (node['source'] ?? node['argument'])
      : undefined
    if (isNode(source)) {
      const value = source.type === 'Literal' ? source['value'] : undefined
      found.push({ specifier: typeof value === 'string' ? value : undefined, node })
    }
    for (const child of childrenOf(node)) visit(child)
  }
  visit(file.program)
  return found
}

function isAmbient({ name, node, parent }: FreeName): boolean {
  const member = parent.type === 'MemberExpression' && parent['object'] === node && !parent['computed']
  const property = member && isNode(parent['property']) ? (parent['property']['name'] as string) : undefined
  if (name === 'Math') return property === undefined || property === 'random'
  if (name === 'Date') {
    if (parent.type === 'NewExpression') return (parent['arguments'] as unknown[]).length === 0
    return property !== 'UTC' && parent.type !== 'BinaryExpression'
  }
  return ambient.has(name)
}

function targetOf(file: SourceFile, specifier: string): string {
  return join(dirname(file.path), specifier)
}

/** The row of the table that a file belongs to: `src/room`, `transports/webrtc`, `bench`, or a file right in `src`. */
function folderOf(path: string): string {
  const [first, second] = path.split('/')
  return first === 'examples' || first === 'bench' ? first : `${first}/${second}`
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** One breach for each import that closes a ring of files; type-only imports count, for they bind the reader just as well. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): Breach[] {
  const found: Breach[] = []
  const done = new Set<string>()
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path)
    if (at >= 0) {
      const ring = [...way.slice(at), path].join(' -> ')
      found.push({ kind: 'cycle', path: way.at(-1)!, line: 1, message: `import cycle: ${ring}` })
    }
    if (at >= 0 || done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...way, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return found
}
