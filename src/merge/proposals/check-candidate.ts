import type { ProposalRequest } from '../../contracts/merge-proposer.ts'
import { unconserved } from './unconserved.ts'

/** What speaks against a candidate, as clauses, and words that are on no side. */
export interface CheckedCandidate {
  /** As it would stand in the file: with the ends of lines that the sides have. */
  readonly resolution: string
  readonly faults: readonly string[]
  /** A person has to look at what nobody wrote. */
  readonly added: readonly string[]
}

/** Names that are told of one kind of fault. */
const maxTold = 8

const marker = /^(<{7}|\|{7}|={7}|>{7})( |\r?$)/m
const redaction = /\[redacted: [^\]]*\]/g

/**
 * Checks one candidate against the conflict that it is to settle: it takes the place of that alone, has no conflict markers, and conserves
 * what the sides did - all that one added is there, all that one deleted is gone. Whether it parses is asked of the whole file.
 */
export function checkCandidate(
  { conflict, context, limits }: Pick<ProposalRequest, 'conflict' | 'context' | 'limits'>,
  proposed: string,
): CheckedCandidate {
  const { base = '', left, right } = conflict
  const resolution = withLineEnds(proposed, `${left}${right}`)
  const faults: string[] = []
  if (resolution.length > limits.maxUnits) faults.push(`it has more than ${limits.maxUnits} characters`)
  if (marker.test(resolution)) faults.push('it has conflict markers')
  if (holdsContext(resolution, context, [base, left, right]))
    faults.push('it repeats lines around the conflict, which stay where they are')
  const known = `${base}${left}${right}`
  if ([...resolution.matchAll(redaction)].some(([mark]) => !known.includes(mark)))
    faults.push('it has the mark of something that was not sent')
  const wrong = unconserved(base, left, right, resolution)
  const told = (kind: string) =>
    wrong
      .filter((finding) => finding.kind === kind)
      .slice(0, maxTold)
      .map(({ name }) => name)
  const [lost, kept] = [told('lost'), told('kept')]
  if (lost.length) faults.push(`it loses what a side has: ${lost.join(' ')}`)
  if (kept.length) faults.push(`it keeps what a side deleted: ${kept.join(' ')}`)
  return { resolution, faults, added: told('extra').filter((name) => /[\p{L}\p{N}_$]/u.test(name)) }
}

/** Ends of lines as the sides have them; the last line ends if theirs do. */
function withLineEnds(text: string, sides: string): string {
  const plain = text.replaceAll('\r\n', '\n')
  const whole = plain !== '' && !plain.endsWith('\n') && sides.endsWith('\n') ? `${plain}\n` : plain
  return sides.includes('\r\n') ? whole.replaceAll('\n', '\r\n') : whole
}

/** Does it begin or end with two lines of what stands there already, and no side does? One line may be alike by chance. */
function holdsContext(text: string, { before, after }: ProposalRequest['context'], sides: readonly string[]): boolean {
  const lines = (part: string) => part.split(/\r?\n/).filter((line) => line.trim() !== '')
  const above = lines(before).slice(-2).join('\n')
  const below = lines(after).slice(0, 2).join('\n')
  const isIn = (part: string, edge: string) =>
    edge.includes('\n') && `\n${lines(part).join('\n')}\n`.includes(`\n${edge}\n`)
  return [above, below].some((edge) => isIn(text, edge) && !sides.some((side) => isIn(side, edge)))
}
