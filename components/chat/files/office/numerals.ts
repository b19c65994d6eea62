/** How numbers of lists are written (ECMA-376, ST_NumberFormat), in Latin and in Chinese; others as digits. */
export function numeral(value: number, format: string): string {
  return value > 0 && value < 10_000 ? (FORMATS[format]?.(value) ?? String(value)) : String(value)
}

const letters = (value: number) =>
  String.fromCharCode(97 + ((value - 1) % 26)).repeat(Math.min(9, Math.ceil(value / 26)))

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
]

function roman(value: number): string {
  let rest = value
  let text = ''
  for (const [worth, sign] of ROMAN) {
    for (; rest >= worth; rest -= worth) text += sign
  }
  return text
}

/** 十二, 一百零三: digits with their places, one zero for those between, and no 一 before a leading 十. */
const counting =
  (digits: string, places: readonly string[], isShort: boolean) =>
  (value: number): string => {
    const text = [...String(value)]
      .map((digit, at, all) =>
        digit === '0' ? '0' : (digits[Number(digit)] ?? '') + (places[all.length - 1 - at] ?? ''),
      )
      .join('')
      .replace(/0+$/, '')
      .replace(/0+/g, digits[0] ?? '')
    return isShort ? text.replace(/^一十/, '十') : text
  }

const chinese = counting('零一二三四五六七八九', ['', '十', '百', '千'], true)
const legal = counting('零壹贰叁肆伍陆柒捌玖', ['', '拾', '佰', '仟'], false)
const oneOf = (signs: string) => (value: number) => signs[value - 1] ?? String(value)
const digitsOf = (digits: string) => (value: number) =>
  [...String(value)].map((digit) => digits[Number(digit)]).join('')

const FORMATS: Record<string, (value: number) => string> = {
  decimalZero: (value) => String(value).padStart(2, '0'),
  lowerLetter: letters,
  upperLetter: (value) => letters(value).toUpperCase(),
  lowerRoman: roman,
  upperRoman: (value) => roman(value).toUpperCase(),
  chineseCounting: chinese,
  chineseCountingThousand: chinese,
  japaneseCounting: chinese,
  taiwaneseCounting: chinese,
  taiwaneseCountingThousand: chinese,
  chineseLegalSimplified: legal,
  ideographDigital: digitsOf('〇一二三四五六七八九'),
  decimalFullWidth: digitsOf('０１２３４５６７８９'),
  decimalEnclosedCircle: oneOf('①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳'),
  decimalEnclosedCircleChinese: oneOf('①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳'),
  ideographTraditional: oneOf('甲乙丙丁戊己庚辛壬癸'),
  ideographZodiac: oneOf('子丑寅卯辰巳午未申酉戌亥'),
}
