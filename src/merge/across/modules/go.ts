import type { ImportedName } from '../file-symbols.ts'
import { folderOf, type PathIndex } from '../path-index.ts'
import { spanOf } from '../read-symbols.ts'
import type { Source } from '../../structure/source.ts'
import type { Exchanged, ModuleRequest, ModuleRules, NewSpelling } from '../module-rules.ts'

/** Packages are folders; a path of an import ends in that of its folder. */
export const goModules: ModuleRules = {
  definitions: {
    function_declaration: ['name'],
    type_spec: ['name'],
    type_alias: ['name'],
    var_spec: ['name'],
    const_spec: ['name'],
  },
  isShared: true,
  through: ['type_declaration', 'var_declaration', 'const_declaration', 'var_spec_list'],
  members: {},
  qualified: { selector_expression: ['operand', 'field'], qualified_type: ['package', 'name'] },
  shorthands: [],
  importing: ['import_declaration'],
  builtIn: ['min', 'max', 'clear', 'any', 'comparable'],
  exchanged,
  filesOf,
  own: (path) => `./${folderOf(path)}`,
  spell,
}

function exchanged(source: Source): Exchanged {
  const imports: ImportedName[] = []
  for (let node = 0; node < source.tree.size; node++) {
    if (source.kind(node) !== 'import_spec') continue
    const [at, alias] = [source.tree.child(node, 'path')!, source.tree.child(node, 'name')]
    const { from, end } = spanOf(source, at)
    const module = source.text.slice(from + 1, end - 1)
    const local = alias === undefined ? module.replace(/\/v\d+$/, '').replace(/^.*\//, '') : source.textOf(alias)
    imports.push({
      module,
      name: '*',
      local,
      nameAt: { from: from + 1, end: end - 1 },
      moduleAt: { from: from + 1, end: end - 1 },
      statementAt: spanOf(source, node),
      statement: (target) => `"${target}"`,
      isAliased: alias !== undefined,
      isHandedOn: false,
    })
  }
  return { imports, stars: [], isOpen: false }
}

function filesOf({ module, from }: ModuleRequest, index: PathIndex): readonly string[] | undefined {
  if (module.startsWith('./')) {
    const isTest = from.endsWith('_test.go')
    return index.filesIn(module.slice(2)).filter((path) => isGo(path) || (isTest && path.endsWith('.go')))
  }
  const names = module.split('/')
  // The standard library has no name of a host in front.
  const most = names[0]!.includes('.') ? names.length : 2
  for (let at = 0; at < most; at++) {
    const folder = names.slice(at).join('/')
    const found = folder === '' ? [] : index.foldersAt(folder).filter((each) => index.filesIn(each).some(isGo))
    if (found.length === 1) return index.filesIn(found[0]!).filter(isGo)
    if (found.length > 1) return undefined
  }
  return undefined
}

function isGo(path: string): boolean {
  return path.endsWith('.go') && !path.endsWith('_test.go')
}

function spell({ module, old, to }: NewSpelling): string | undefined {
  const [before, folder] = [folderOf(old), folderOf(to)]
  let tail = before
  while (tail !== '' && module !== tail && !module.endsWith(`/${tail}`))
    tail = tail.slice(tail.indexOf('/') + 1 || tail.length)
  const outer = before.slice(0, before.length - tail.length)
  return tail !== '' && folder.startsWith(outer) && folder !== outer
    ? `${module.slice(0, module.length - tail.length)}${folder.slice(outer.length)}`
    : undefined
}
