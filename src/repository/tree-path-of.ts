import { lstatSync, realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AnvcsError } from '../contracts/errors.ts'
import { formatPathspec, type Pathspecs } from '../git/pathspec.ts'
import type { GitRepository } from '../git/repository.ts'

/** A path that a user gave in a folder, from the root of the work tree and with slashes; '.' is the root. Throws PATH_ESCAPES_TREE, USAGE. */
export async function treePathOf(workTree: string, folder: string, path: string): Promise<string> {
  const given = resolve(folder, path)
  // So Node gives bytes of an argument that are no UTF-8.
  if (path.includes('\ufffd') && !lstatSync(given, { throwIfNoEntry: false }))
    throw new AnvcsError('USAGE', {
      message: `${path} is not in UTF-8: it cannot be named here.`,
      hint: 'Name the folder that it lies in, or everything: `.` or `-a`.',
    })
  // Git names the work tree without symbolic links; the last part may be a link that is tracked, or not exist.
  const found = relative(realpathSync.native(workTree), join(realFolder(dirname(given)), basename(given)))
  if (found === '..' || found.startsWith(`..${sep}`) || isAbsolute(found))
    throw new AnvcsError('PATH_ESCAPES_TREE', { message: `${path} is outside of the work tree.` })
  return found.split(sep).join('/') || '.'
}

function realFolder(folder: string): string {
  try {
    return realpathSync.native(folder)
  } catch {
    const above = dirname(folder)
    return above === folder ? folder : join(realFolder(above), basename(folder))
  }
}

/**
 * What words of a command line say of paths, from the root of the work tree (gitglossary(7), pathspec): `src`, `*.ts`, `:/docs`, `:!vendor`,
 * `:(icase,glob)**\/readme*`. GIT_LITERAL_PATHSPECS and its like count as for git. Throws PATH_ESCAPES_TREE, USAGE.
 */
export function pathspecsOf(git: PathspecPlace, folder: string, words: readonly string[]): Promise<Pathspecs> {
  return Promise.all(words.map((word) => pathspecOf(git, folder, word)))
}

type PathspecPlace = Pick<GitRepository, 'workTree' | 'env'>

async function pathspecOf({ workTree, env }: PathspecPlace, folder: string, word: string): Promise<string> {
  const { magic, rest } = isSet(env, 'LITERAL')
    ? { magic: new Set(['literal']), rest: word }
    : withGlobal(env, magicOf(word))
  const start = magic.has('top') ? workTree : folder
  const isLiteral = magic.has('literal') || !/[*?[\\]/.test(rest)
  const path = await treePathOf(workTree, start, rest)
  return formatPathspec({
    isLiteral,
    isGlob: !isLiteral && magic.has('glob'),
    ignoresCase: magic.has('icase'),
    isExcluded: magic.has('exclude'),
    path: isLiteral ? path : await inFolder(workTree, start, path),
  })
}

/** The folder that a command runs in is no pattern. */
async function inFolder(workTree: string, folder: string, path: string): Promise<string> {
  const above = await treePathOf(workTree, folder, '.')
  return path.startsWith(`${above}/`) ? above.replace(/[*?[\\]/g, String.raw`\$&`) + path.slice(above.length) : path
}

/** What git(1) says of all paths at once, unless a word says otherwise. */
function withGlobal(env: NodeJS.ProcessEnv, { magic, rest }: Magic): Magic {
  const all = new Set(magic)
  if (isSet(env, 'ICASE')) all.add('icase')
  if (isSet(env, 'GLOB') && !magic.has('literal')) all.add('glob')
  if (isSet(env, 'NOGLOB') && !magic.has('glob')) all.add('literal')
  return { magic: all, rest }
}

function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return /^(?:1|true|yes|on)$/i.test(env[`GIT_${name}_PATHSPECS`] ?? '')
}

interface Magic {
  readonly magic: ReadonlySet<string>
  readonly rest: string
}

const knownMagic = new Set(['top', 'literal', 'glob', 'icase', 'exclude'])

function magicOf(word: string): Magic {
  const [, long, behind] = /^:\(([^)]*)\)(.*)$/s.exec(word) ?? []
  if (long !== undefined) {
    const magic = new Set(long.split(',').filter(Boolean))
    const unknown = [...magic].find((name) => !knownMagic.has(name))
    if (unknown !== undefined || (magic.has('literal') && magic.has('glob')))
      throw new AnvcsError('USAGE', {
        message:
          unknown === undefined
            ? `${word} is both literal and a pattern.`
            : `${unknown} means nothing before a path here.`,
        hint: 'Known are top, literal, glob, icase and exclude.',
      })
    return { magic, rest: behind! || '.' }
  }
  const [, signs, rest] = /^:([/!^]*):?(.*)$/s.exec(word) ?? []
  if (signs === undefined) return { magic: new Set(), rest: word }
  // A colon alone: no path at all.
  const isTop = signs.includes('/') || word === ':'
  return { magic: new Set([...(isTop ? ['top'] : []), ...(/[!^]/.test(signs) ? ['exclude'] : [])]), rest: rest || '.' }
}
