import type { GitConfig } from './config.ts'

/** A person as a commit or a log of refs names them. */
export interface PlainIdent {
  readonly name: string
  readonly email: string
}

/**
 * Who acts, by the variables and settings that Git heeds (git-commit(1), COMMIT INFORMATION). Undefined where it would take it from the
 * system, leave out characters that break a line, or be told a time: then git is asked.
 */
export function plainIdent(
  config: GitConfig,
  env: Readonly<Record<string, string | undefined>>,
  role: 'AUTHOR' | 'COMMITTER',
): PlainIdent | undefined {
  const look = (part: 'NAME' | 'EMAIL') => {
    const key = part.toLowerCase()
    return env[`GIT_${role}_${part}`] ?? config.get(`${role.toLowerCase()}.${key}`) ?? config.get(`user.${key}`)
  }
  const [name, email] = [look('NAME'), look('EMAIL')]
  if (env[`GIT_${role}_DATE`] !== undefined || !isPlainText(name) || !isPlainText(email)) return undefined
  return { name, email }
}

const printable = /^[ -~]*$/
const plainPrintable = /^[^ <>.,:;"'\\](?:[^<>]*[^ <>.,:;"'\\])?$/
/** Classes of Unicode take a while to be made, as soon as an expression with one is met: none is outside of a function. */
const plain = () => /^[^\s<>\p{C}.,:;"'\\](?:[^<>\p{C}]*[^\s<>\p{C}.,:;"'\\])?$/u

/** U+FFFD stands for bytes that are no UTF-8. */
function isPlainText(text: string | undefined): text is string {
  if (text === undefined || text.includes('\ufffd')) return false
  return (printable.test(text) ? plainPrintable : plain()).test(text)
}
