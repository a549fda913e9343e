import type { RedactedText, Redactor } from '../contracts/redactor.ts'
import { AnvcsError } from '../contracts/errors.ts'
import { secretRules, type Found } from './secret-rules.ts'

/** UTF-16 units of a text that the redactor takes. */
export const maxRedactedLength = 1 << 20

/** Comments that switch the rules of Secretlint off: a text must not decide what is found in it. */
const directive = /secretlint-(?=disable|enable)/gi

type Lint = (text: string) => Promise<readonly Found[]>

/**
 * Replaces secrets by `[redacted: KIND]`: what the recommended rules of Secretlint find, and what the rules in secret-rules.ts do. The
 * rules of Secretlint are loaded with the first text. Throws USAGE above 1 MiB. Lone surrogates become U+FFFD, so that the result is
 * text that can be stored.
 */
export function secretRedactor(): Redactor {
  let loading: Promise<Lint> | undefined
  return {
    async redact(text) {
      if (text.length > maxRedactedLength)
        throw new AnvcsError('USAGE', {
          message: 'The text is above 1 MiB.',
          hint: 'Give a shorter text, or keep it as a file and name that.',
        })
      const lint = await (loading ??= loadSecretlint())
      const wellFormed = text.replace(/[\ud800-\udfff]/gu, '\ufffd')
      const masked = wellFormed.replace(directive, 'secretlint_')
      const found = [...(await lint(masked)), ...secretRules(wellFormed)]
      return replaceAll(wellFormed, found) as RedactedText
    },
  }
}

/** The kinds of secrets that were left out of a text, each once. */
export function redactions(text: string, redacted: string): readonly string[] {
  const marks = (of: string) => [...of.matchAll(/\[redacted: ([^\]]+)\]/g)].map(([, kind]) => kind!)
  // A text may have such marks from the beginning.
  const left = marks(text)
  const added = marks(redacted).filter((kind) => {
    const at = left.indexOf(kind)
    if (at >= 0) left.splice(at, 1)
    return at < 0
  })
  return [...new Set(added)]
}

async function loadSecretlint(): Promise<Lint> {
  const [{ lintSource }, { creator }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ])
  const config = { rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator }] }
  return async (content) => {
    const { messages } = await lintSource({
      source: { filePath: 'text.txt', content, ext: '.txt', contentType: 'text' },
      options: { config, noPhysicFilePath: true },
    })
    return messages.map(({ range: [start, end], messageId }) => ({
      start,
      // Some rules give the place of the name and the length of the value: the whole word goes.
      end: wordEnd(content, end),
      kind: messageId ?? 'secret',
    }))
  }
}

function wordEnd(text: string, from: number): number {
  const rest = /^[^\s"'`<>,;)\]}]*/.exec(text.slice(from, from + 4096))!
  return from + rest[0].length
}

/** Where finds overlap, the one that begins first names the whole. */
function replaceAll(text: string, found: readonly Found[]): string {
  let out = ''
  let at = 0
  for (const { start, end, kind } of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start >= at) out += `${text.slice(at, start)}[redacted: ${kind}]`
    at = Math.max(at, end)
  }
  return out + text.slice(at)
}
