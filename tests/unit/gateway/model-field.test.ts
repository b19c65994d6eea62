import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { modelIn, withModel } from '#lib/gateway/model-field.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value)

describe('the model in a JSON body', () => {
  it.each([
    ['{"model":"a"}', 'a'],
    [' {\n"x":{"model":"b"}, "model" : "a" } ', 'a'],
    ['{"x":"\\"model\\":\\"b\\"","model":"a"}', 'a'],
    ['{"mod\\u0065l":"a\\u0062"}', 'ab'],
    ['{"x":["model","b",{"model":"c"}],"model":"a"}', 'a'],
    ['{"model":"a","x":"model"}', 'a'],
    ['{"x":"你好 😀","model":"模型"}', '模型'],
  ])('of %s is %s', (body, model) => {
    expect(modelIn(bytes(body))).toBe(model)
  })

  it.each(['', 'null', '[{"model":"a"}]', '{"model":1}', '{"model":"a","model":"a"}', '{"x":{"model":"a"}}'])(
    'is not in %s',
    (body) => {
      expect(modelIn(bytes(body))).toBeUndefined()
      expect(withModel(bytes(body), 'b')).toBeUndefined()
    },
  )

  it('is not in what is no JSON or no UTF-8', () => {
    expect(modelIn(bytes('{"model":"a"'))).toBeUndefined()
    expect(modelIn(Uint8Array.of(...bytes('{"model":"a","x":"'), 0xff, ...bytes('"}')))).toBeUndefined()
  })

  it('is replaced where it stands, and nothing else is', () => {
    const body = '{ "a": 1.0e2, "model" :\t"large" ,"b":"\\u00e9"}'
    expect(text(withModel(bytes(body), 'sm"all'))).toBe(body.replace('"large"', '"sm\\"all"'))
  })

  it('is found in any object that has one', () => {
    const rest = fc.dictionary(
      fc.string().filter((name) => name !== 'model'),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(
        rest,
        fc.string(),
        fc.string(),
        fc.constantFrom(undefined, 2, '\t'),
        (others, model, next, space) => {
          const body = JSON.stringify({ ...others, model }, null, space)
          expect(modelIn(bytes(body))).toBe(model)
          expect(JSON.parse(text(withModel(bytes(body), next)) ?? '')).toEqual(
            JSON.parse(JSON.stringify({ ...others, model: next })),
          )
        },
      ),
    )
  })
})
