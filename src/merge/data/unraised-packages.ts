import type { DataNode } from './data-node.ts'
import { isRaised } from './version-range.ts'

const dependencyFields = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

interface Roots {
  readonly base: DataNode
  readonly left: DataNode
  readonly right: DataNode
}

/**
 * Packages that one side of a package.json began to depend on, while the other side is a release that raised most packages of the same scope
 * (`@scope/name`). Packages of one scope are released together, and what the release did not know of it did not raise. Each as a clause.
 */
export function unraisedPackages(path: string, { base, left, right }: Roots): readonly string[] {
  if (!/(?:^|\/)package\.json$/.test(path)) return []
  const [inBase, inLeft, inRight] = [base, left, right].map(packageOf) as [Package, Package, Package]
  return [...unraised(inBase, inLeft, inRight), ...unraised(inBase, inRight, inLeft)]
}

interface Package {
  readonly version: string
  /** The ranges of its dependencies by name, as written. */
  readonly ranges: ReadonlyMap<string, string>
}

function packageOf(root: DataNode): Package {
  const ranges = dependencyFields.flatMap((field) => textsIn(valueOf(root, field)))
  return { version: valueOf(root, 'version')?.text ?? '', ranges: new Map(ranges) }
}

function valueOf(node: DataNode, name: string): DataNode | undefined {
  return node.kind === 'map' ? node.items.find(({ key }) => key === name)?.value : undefined
}

function textsIn(node: DataNode | undefined): readonly (readonly [name: string, text: string])[] {
  return node?.kind === 'map' ? node.items.map(({ key, value }) => [key, value.text]) : []
}

function unraised(base: Package, side: Package, release: Package): readonly string[] {
  if (!isRaised(base.version, release.version)) return []
  return [...side.ranges.keys()].flatMap((name) => {
    const scope = /^@[^/]+\//.exec(name)?.[0]
    if (scope === undefined || base.ranges.has(name) || release.ranges.has(name)) return []
    const others = [...base.ranges].filter(([other]) => other.startsWith(scope) && release.ranges.has(other))
    const raised = others.filter(([other, range]) => isRaised(range, release.ranges.get(other)!))
    const areMost = raised.length > 0 && raised.length * 2 >= others.length
    return areMost ? [`a release raised the other packages of ${scope.slice(0, -1)}, and does not know of ${name}`] : []
  })
}
