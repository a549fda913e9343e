import { childrenOf, isNode, type SyntaxNode } from './source.ts'

/** A name that no declaration of the file binds: a global of the platform. */
export interface FreeName {
  readonly name: string
  readonly node: SyntaxNode
  readonly parent: SyntaxNode
}

/** Type syntax that wraps an expression; all other `TS…` nodes hold types only and are left out. */
const wrappers = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSInstantiationExpression',
])

/** Global names that a file uses as values. Blocks are taken together with their function, which is exact enough here. */
export function freeNames(program: SyntaxNode): FreeName[] {
  const found: FreeName[] = []
  const visit = (node: SyntaxNode, parent: SyntaxNode, bound: ReadonlySet<string>) => {
    if (node.type === 'Identifier') {
      const name = node['name'] as string
      if (isReference(node, parent) && !bound.has(name)) found.push({ name, node, parent })
      return
    }
    if (node.type.startsWith('TS') && !wrappers.has(node.type)) return
    const inside = isFunction(node) ? new Set([...bound, ...declaredIn(node)]) : bound
    for (const child of childrenOf(node)) visit(child, node, inside)
  }
  visit(program, program, new Set(declaredIn(program)))
  return found
}

function isFunction(node: SyntaxNode): boolean {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)
}

/** Is the identifier read or written as a variable, and not the name of a property, label or import? */
function isReference(node: SyntaxNode, parent: SyntaxNode): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return parent['object'] === node || parent['computed'] === true
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return parent['value'] === node || parent['computed'] === true
    case 'ImportSpecifier':
    case 'ExportSpecifier':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
      return false
    default:
      return true
  }
}

/** Every name that a function, or the module, declares outside the functions inside it. */
function declaredIn(scope: SyntaxNode): string[] {
  const names: string[] = []
  const pattern = (node: unknown): void => {
    if (!isNode(node)) return
    if (node.type === 'Identifier') names.push(node['name'] as string)
    else if (node.type === 'AssignmentPattern') pattern(node['left'])
    else if (node.type === 'Property') pattern(node['value'])
    else if (node.type === 'TSParameterProperty') pattern(node['parameter'])
    else if (/^(ObjectPattern|ArrayPattern|RestElement)$/.test(node.type))
      for (const child of childrenOf(node)) pattern(child)
  }
  const visit = (node: SyntaxNode): void => {
    if (/^(Function|Class)(Declaration|Expression)$/.test(node.type)) pattern(node['id'])
    else if (node.type === 'VariableDeclarator') pattern(node['id'])
    else if (node.type === 'CatchClause') pattern(node['param'])
    else if (/^Import.*Specifier$/.test(node.type)) pattern(node['local'])
    if (isFunction(node) && node !== scope) return
    for (const child of childrenOf(node)) visit(child)
  }
  if (isFunction(scope)) for (const param of scope['params'] as SyntaxNode[]) pattern(param)
  visit(scope)
  return names
}
