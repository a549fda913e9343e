import type { ImportedName } from '../file-symbols.ts'
import { folderOf, joinPath, type PathIndex } from '../path-index.ts'
import { spanOf } from '../read-symbols.ts'
import type { Source } from '../../structure/source.ts'
import type { Exchanged, ModuleRequest, ModuleRules, NewSpelling } from '../module-rules.ts'

/** Modules by their dotted names, looked for in every folder above the file that names them. */
export const pythonModules: ModuleRules = {
  definitions: { function_definition: ['name'], class_definition: ['name'], assignment: ['left'] },
  through: [
    'decorated_definition',
    'expression_statement',
    'if_statement',
    'else_clause',
    'elif_clause',
    'try_statement',
    'except_clause',
    'finally_clause',
    'block',
  ],
  members: {},
  qualified: { attribute: ['object', 'attribute'] },
  shorthands: [],
  importing: ['import_statement', 'import_from_statement', 'future_import_statement'],
  builtIn: [],
  exchanged,
  filesOf,
  inner: (module, name) => (module.endsWith('.') ? `${module}${name}` : `${module}.${name}`),
  spell,
}

function exchanged(source: Source): Exchanged {
  const imports: ImportedName[] = []
  const stars: string[] = []
  for (let node = 0; node < source.tree.size; node++) {
    const kind = source.kind(node)
    if (kind === 'import_from_statement') readFrom(source, node, imports, stars)
    else if (kind === 'import_statement') readModules(source, node, imports)
  }
  return { imports, stars, isOpen: /\b(?:__getattr__|globals\(\)|sys\.modules|setattr)\b/.test(source.text) }
}

function readFrom(source: Source, node: number, imports: ImportedName[], stars: string[]): void {
  const moduleAt = source.tree.child(node, 'module_name')!
  const module = source.textOf(moduleAt).replace(/\s/g, '')
  for (const child of source.children(node)) {
    if (source.kind(child) === 'wildcard_import') stars.push(module)
    if (source.fieldOf(child) !== 'name') continue
    const [own, alias] = [source.tree.child(child, 'name') ?? child, source.tree.child(child, 'alias')]
    imports.push({
      module,
      name: source.textOf(own),
      local: source.textOf(alias ?? own),
      nameAt: spanOf(source, own),
      moduleAt: spanOf(source, moduleAt),
      itemAt: spanOf(source, child),
      statementAt: spanOf(source, node),
      statement: (target, item) => `from ${target} import ${item}`,
      isAliased: alias !== undefined,
      isHandedOn: false,
    })
  }
}

function readModules(source: Source, node: number, imports: ImportedName[]): void {
  for (const child of source.children(node)) {
    if (source.fieldOf(child) !== 'name') continue
    const [own, alias] = [source.tree.child(child, 'name') ?? child, source.tree.child(child, 'alias')]
    const module = source.textOf(source.kind(child) === 'aliased_import' ? own : child)
    const at = spanOf(source, source.kind(child) === 'aliased_import' ? own : child)
    imports.push({
      module,
      name: '*',
      local: alias === undefined ? module : source.textOf(alias),
      nameAt: at,
      moduleAt: at,
      statementAt: spanOf(source, node),
      isAliased: alias !== undefined,
      isHandedOn: false,
    })
  }
}

function filesOf({ module, from }: ModuleRequest, index: PathIndex): readonly string[] | undefined {
  const dots = /^\.*/.exec(module)![0].length
  const path = module.slice(dots).replaceAll('.', '/')
  if (dots > 0) {
    const at = joinPath(folderOf(from), `${'../'.repeat(dots - 1)}${path}`)
    return at === undefined ? undefined : filesAt(at, index)
  }
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    for (const root of [folder, `${folder}/src`, `${folder}/lib`]) {
      const found = filesAt(joinPath(root, path)!, index)
      if (found.length > 0) return found
    }
    if (folder === '') return undefined
  }
}

function filesAt(path: string, index: PathIndex): readonly string[] {
  const main = path === '' ? '__init__.py' : `${path}/__init__.py`
  return [`${path}.py`, main, `${path}.pyi`].filter((each) => index.has(each)).slice(0, 1)
}

function spell({ module, from, old, to }: NewSpelling): string | undefined {
  const dotted = (path: string) => path.replace(/(?:^|\/)__init__\.pyi?$|\.pyi?$/, '').replaceAll('/', '.')
  if (!module.startsWith('.')) {
    const [name, before] = [dotted(to), dotted(old)]
    const root = before.endsWith(module) ? before.slice(0, before.length - module.length) : undefined
    return root !== undefined && name.startsWith(root) ? name.slice(root.length) : undefined
  }
  const names = dotted(to).split('.')
  const folder = folderOf(from) === '' ? [] : folderOf(from).split('/')
  let same = 0
  while (same < folder.length && same < names.length - 1 && folder[same] === names[same]) same++
  return `${'.'.repeat(folder.length - same + 1)}${names.slice(same).join('.')}`
}
