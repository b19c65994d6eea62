export type Scheme = 'light' | 'dark'

/** Hues of what a diagram tells apart (branches, slices, sections), neighbours far from each other. */
const HUES = [212, 160, 34, 282, 4, 188, 92, 250, 326, 140, 56, 300]

/** The page's colours for Mermaid, which knows no OKLCH, as they are in a scheme. */
export function themeVariables(scheme: Scheme): Record<string, unknown> {
  const colour = createColourReader(scheme)
  const ink = colour('var(--ink)')
  const line = colour('var(--line-strong)')
  const node = colour('var(--bubble)')
  const ground = colour('var(--surface)')
  const quiet = colour('var(--ground-low)')
  const warning = colour('var(--warning)')
  const warningGround = colour('var(--warning-ground)')
  const danger = colour('var(--danger)')
  return {
    // Its own rules for dark grounds blacken what we have chosen for one.
    darkMode: false,
    background: ground,
    dropShadow: 'none',
    primaryColor: node,
    primaryTextColor: ink,
    primaryBorderColor: line,
    secondaryColor: quiet,
    secondaryTextColor: ink,
    secondaryBorderColor: line,
    tertiaryColor: quiet,
    tertiaryTextColor: ink,
    tertiaryBorderColor: line,
    mainBkg: node,
    lineColor: line,
    textColor: ink,
    titleColor: ink,
    nodeTextColor: ink,
    labelTextColor: ink,
    edgeLabelBackground: ground,
    clusterBkg: quiet,
    clusterBorder: line,
    noteBkgColor: warningGround,
    noteTextColor: ink,
    noteBorderColor: warning,
    // What it would make of these is drawn for a bright page.
    rowOdd: ground,
    rowEven: quiet,
    sequenceNumberColor: ground,
    archEdgeColor: line,
    archEdgeArrowColor: line,
    archGroupBorderColor: line,
    doneTaskBkgColor: quiet,
    doneTaskBorderColor: line,
    activeTaskBkgColor: node,
    activeTaskBorderColor: colour('var(--accent)'),
    critBkgColor: warningGround,
    critBorderColor: danger,
    todayLineColor: danger,
    vertLineColor: line,
    excludeBkgColor: quiet,
    taskTextClickableColor: ink,
    packet: {
      blockFillColor: node,
      blockStrokeColor: line,
      labelColor: ink,
      titleColor: ink,
      startByteColor: ink,
      endByteColor: ink,
    },
    radar: { graticuleColor: line },
    xyChart: {
      backgroundColor: 'transparent',
      plotColorPalette: HUES.map((hue) => strongly(scheme, hue)).join(','),
    },
    sectionBkgColor: quiet,
    altSectionBkgColor: ground,
    gridColor: line,
    taskTextColor: ink,
    taskTextDarkColor: ink,
    taskTextOutsideColor: ink,
    pieStrokeColor: ground,
    pieOuterStrokeColor: ground,
    pieOpacity: '1',
    branchLabelColor: ink,
    fontSize: '15px',
    ...tellingApart(scheme),
  }
}

function tellingApart(scheme: Scheme): Record<string, string> {
  const [saturation, lightness] = scheme === 'dark' ? [26, 34] : [48, 74]
  return Object.fromEntries(
    HUES.flatMap((hue, index) => {
      const colour = `hsl(${hue}, ${saturation}%, ${lightness}%)`
      return [`cScale${index}`, `git${index}`, `pie${index + 1}`].map((name) => [name, colour])
    }),
  )
}

/** Of bars and lines, which stand on the ground of the page. */
const strongly = (scheme: Scheme, hue: number) =>
  scheme === 'dark' ? `hsl(${hue}, 38%, 58%)` : `hsl(${hue}, 46%, 52%)`

/** Turns any colour of CSS into `#rrggbb`, as it is in `scheme` whatever the page's own. */
function createColourReader(scheme: Scheme): (colour: string) => string {
  const canvas = document.createElement('canvas')
  canvas.width = 1
  canvas.height = 1
  const context = canvas.getContext('2d', { willReadFrequently: true })
  return (colour) => {
    const probe = document.createElement('span')
    probe.style.cssText = `color-scheme:${scheme};forced-color-adjust:none;color:${colour}`
    document.body.append(probe)
    const computed = getComputedStyle(probe).color
    probe.remove()
    if (!context) return '#808080'
    context.fillStyle = computed
    context.fillRect(0, 0, 1, 1)
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
    return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')}`
  }
}
