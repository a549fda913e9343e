import { branch, leaf, type MarkdownNode } from './markdown-node.ts'
import type { TextLine } from './text-lines.ts'

/** A sentence ends before white space and what may begin another one. */
const endsSentence = /[.!?…]["'”’)\]*_`]*$/
const beginsSentence = /^["'“‘([*_`!]*[\p{Lu}\p{N}\p{Lo}]/u

/** A paragraph of sentences, each of words: white space between them means nothing but at a hard line break. */
export function readParagraph(lines: readonly TextLine[], text: string): MarkdownNode {
  const words = lines.flatMap((line, i) => wordsOf(line, i + 1 < lines.length && isHardBreak(text, line)))
  const sentences: MarkdownNode[] = []
  let from = 0
  for (let at = 1; at <= words.length; at++) {
    const isEnd =
      at === words.length ||
      (endsSentence.test(text.slice(words[at - 1]!.start, words[at - 1]!.end)) &&
        beginsSentence.test(text.slice(words[at]!.start, words[at]!.end)))
    if (!isEnd) continue
    sentences.push(
      branch(
        'sentence',
        words.slice(from, at).flatMap((word) => partsOf(word, text)),
      ),
    )
    from = at
  }
  return branch('paragraph', sentences)
}

/** A title or a row, of words with white space between that means nothing. The line is not empty. */
export function readWords(kind: 'title' | 'table_row', line: TextLine, text: string): MarkdownNode {
  return branch(
    kind,
    wordsOf(line, false).flatMap((word) => partsOf(word, text)),
  )
}

/** Two spaces at the end of a line break it there: they are taken for a part of the word. */
function isHardBreak(text: string, { end }: TextLine): boolean {
  return text.startsWith('  ', end)
}

function wordsOf(line: TextLine, isBroken: boolean): readonly MarkdownNode[] {
  const words = [...line.text.matchAll(/\S+/g)]
  return words.map((word, i) => {
    const start = line.start + word.index
    const end = start + word[0].length
    return leaf('word', start, isBroken && i === words.length - 1 ? end + 2 : end)
  })
}

/** `[text][label]` uses a label. */
function partsOf(word: MarkdownNode, text: string): readonly MarkdownNode[] {
  const { start, end } = word
  const match = /^(.*\]\[)([^\]]+)(\].*)$/s.exec(text.slice(start, end))
  if (!match) return [word]
  const from = start + match[1]!.length
  const to = from + match[2]!.length
  return [leaf('word', start, from), leaf('link_label', from, to), leaf('word', to, end)]
}
