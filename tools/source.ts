import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, type Comment } from 'oxc-parser'

/** A node of the ESTree syntax tree, as far as the checks of this folder look at it. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

export interface SourceFile {
  /** Relative to the root, with `/`. */
  readonly path: string
  readonly text: string
  readonly program: SyntaxNode
  readonly comments: readonly Comment[]
}

/** Files below the folders (or the files themselves) whose names end in `ending`, sorted. Folders that do not exist are empty. */
export function listFiles(root: string, folders: readonly string[], ending: string): string[] {
  const found: string[] = []
  const visit = (path: string) => {
    const info = statSync(join(root, path), { throwIfNoEntry: false })
    if (info?.isDirectory()) for (const name of readdirSync(join(root, path))) visit(`${path}/${name}`)
    else if (info && path.endsWith(ending)) found.push(path)
  }
  for (const folder of folders) visit(folder)
  return found.sort()
}

export function parseSource(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  const parsed = parseSync(path, text)
  if (parsed.errors.length) throw new SyntaxError(`${path}: ${parsed.errors[0]!.message}`)
  return { path, text, program: parsed.program as unknown as SyntaxNode, comments: parsed.comments }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
}

/** The nodes right below one. */
export function* childrenOf(node: SyntaxNode): Generator<SyntaxNode> {
  for (const value of Object.values(node)) {
    if (isNode(value)) yield value
    else if (Array.isArray(value)) yield* value.filter(isNode)
  }
}

/** The number of the line, from 1, that holds the offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}
