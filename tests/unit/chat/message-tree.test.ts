import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafBelow, pathTo, siblingsOf } from '#lib/chat/message-tree.ts'

interface Node {
  id: string
  parentId: string | null
}

/** A random tree: each node hangs below an earlier one or is a root. */
const trees = fc.array(fc.nat(), { minLength: 1, maxLength: 60 }).map((choices) =>
  choices.map((choice, index): Node => {
    const parent = choice % (index + 1)
    return { id: `m${index}`, parentId: parent === index ? null : `m${parent}` }
  }),
)

describe('a conversation as a tree', () => {
  it('leads from the root to any message along parents', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, pick) => {
        const leaf = tree[pick % tree.length] as Node
        const path = pathTo(tree, leaf.id)
        expect(path.at(-1)).toBe(leaf)
        expect(path[0]?.parentId).toBeNull()
        for (let i = 1; i < path.length; i++) expect(path[i]?.parentId).toBe(path[i - 1]?.id)
      }),
    )
  })

  it('arrives at a leaf when one switches to a branch, and passes through the message chosen', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, pick) => {
        const chosen = tree[pick % tree.length] as Node
        const leaf = leafBelow(tree, chosen.id)
        expect(tree.some((node) => node.parentId === leaf)).toBe(false)
        expect(pathTo(tree, leaf)).toContain(chosen)
      }),
    )
  })

  it('passes below it through the children that were shown last, as far as they are there', () => {
    fc.assert(
      fc.property(trees, fc.nat(), fc.nat(), (tree, pick, other) => {
        const chosen = tree[pick % tree.length] as Node
        const last = pathTo(tree, leafBelow(tree, (tree[other % tree.length] as Node).id))
        const shown = new Map(last.flatMap(({ id, parentId }) => (parentId === null ? [] : [[parentId, id]])))
        const leaf = leafBelow(tree, chosen.id, shown)
        expect(tree.some((node) => node.parentId === leaf)).toBe(false)
        expect(pathTo(tree, leaf)).toContain(chosen)
        if (last.includes(chosen)) expect(leaf).toBe(last.at(-1)?.id)
        expect(leafBelow(tree, chosen.id, new Map([[chosen.id, 'gone']]))).toBe(leafBelow(tree, chosen.id))
      }),
    )
  })

  it('counts a message among its siblings, in the order of creation', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, pick) => {
        const chosen = tree[pick % tree.length] as Node
        const siblings = siblingsOf(tree, chosen.id)
        expect(siblings).toContain(chosen)
        expect(siblings.every((node) => node.parentId === chosen.parentId)).toBe(true)
        expect(siblings).toEqual(tree.filter((node) => siblings.includes(node)))
      }),
    )
  })

  it('is empty for unknown messages and ends on a cycle', () => {
    expect(pathTo([], 'x')).toEqual([])
    expect(pathTo([{ id: 'a', parentId: null }], null)).toEqual([])
    expect(siblingsOf([], 'x')).toEqual([])
    const cycle = [
      { id: 'a', parentId: 'b' },
      { id: 'b', parentId: 'a' },
    ]
    expect(pathTo(cycle, 'a').map((node) => node.id)).toEqual(['b', 'a'])
    expect(['a', 'b']).toContain(leafBelow(cycle, 'a'))
  })
})
