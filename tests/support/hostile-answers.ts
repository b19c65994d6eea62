/**
 * What an answer may say to run script in the page that shows it, or to have it ask another server (trust.md check 47).
 * Written for this project after the kinds that the OWASP filter evasion sheet and DOMPurify's tests distinguish.
 */

/** The server that nobody may ask. */
export const ELSEWHERE = 'http://elsewhere.test'

const RUN = "alert('ran')"

const html = [
  `<script>${RUN}</script>`,
  `<script src="${ELSEWHERE}/x.js"></script>`,
  `<SCRIPT SRC=${ELSEWHERE}/x.js></SCRIPT>`,
  `<script\n>${RUN}</script\n>`,
  `<script/x>${RUN}</script>`,
  `<<script>${RUN}//<</script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="${ELSEWHERE}/pixel.png">`,
  `<img src=x onerror=&#97;&#108;&#101;&#114;&#116;(1)>`,
  `<img srcset="${ELSEWHERE}/a.png 1x">`,
  `<img/src/onerror=${RUN}>`,
  `<image href="${ELSEWHERE}/x.png">`,
  `<picture><source srcset="${ELSEWHERE}/a.webp"><img></picture>`,
  `<svg onload="${RUN}"></svg>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><image href="${ELSEWHERE}/x.svg"/></svg>`,
  `<svg><use href="${ELSEWHERE}/x.svg#a"/></svg>`,
  `<svg><animate onbegin="${RUN}" attributeName=x dur=1s>`,
  `<svg><foreignObject><iframe src="${ELSEWHERE}"></iframe></foreignObject></svg>`,
  `<svg><a xlink:href="javascript:${RUN}"><text>x</text></a></svg>`,
  `<math><mtext><script>${RUN}</script></mtext></math>`,
  `<math href="javascript:${RUN}">x</math>`,
  `<iframe src="${ELSEWHERE}"></iframe>`,
  `<iframe src="javascript:${RUN}"></iframe>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<object data="${ELSEWHERE}/x.swf"></object>`,
  `<object data="data:text/html,<script>${RUN}</script>"></object>`,
  `<embed src="${ELSEWHERE}/x">`,
  `<link rel="stylesheet" href="${ELSEWHERE}/x.css">`,
  `<link rel=prefetch href=${ELSEWHERE}/x>`,
  `<style>@import url(${ELSEWHERE}/x.css)</style>`,
  `<style>body{background:url(${ELSEWHERE}/x.png)}</style>`,
  `<p style="background:url(${ELSEWHERE}/x.png)">x</p>`,
  `<meta http-equiv="refresh" content="0;url=${ELSEWHERE}">`,
  `<base href="${ELSEWHERE}/">`,
  `<form action="${ELSEWHERE}"><button>go</button></form>`,
  `<form><button formaction="javascript:${RUN}">go</button></form>`,
  `<input autofocus onfocus="${RUN}">`,
  `<input type=image src="${ELSEWHERE}/x.png">`,
  `<textarea autofocus onfocus=${RUN}>`,
  `<select autofocus onfocus=${RUN}>`,
  `<video src="${ELSEWHERE}/x.mp4" autoplay></video>`,
  `<video poster="${ELSEWHERE}/x.png"></video>`,
  `<video><source onerror="${RUN}"></video>`,
  `<audio src="${ELSEWHERE}/x.mp3" autoplay onerror=${RUN}></audio>`,
  `<track src="${ELSEWHERE}/x.vtt">`,
  `<body onload="${RUN}">`,
  `<body background="${ELSEWHERE}/x.png">`,
  `<table background="${ELSEWHERE}/x.png"><tr><td>x</table>`,
  `<details open ontoggle="${RUN}">x</details>`,
  `<marquee onstart="${RUN}">x</marquee>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<a href="javascript:${RUN}">x</a>`,
  `<a href="java&#x09;script:${RUN}">x</a>`,
  `<a ping="${ELSEWHERE}" href="#">x</a>`,
  `<div onclick="${RUN}" style="position:fixed;inset:0">x</div>`,
  `<b onmouseover=${RUN}>x</b>`,
  `<sub onpointerenter=${RUN}>x</sub>`,
  `<br onanimationstart=${RUN} style="animation:sheen 1s">`,
  `<frameset><frame src="${ELSEWHERE}"></frameset>`,
  `<isindex action="javascript:${RUN}" type=image>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<![CDATA[><img src=x onerror=${RUN}>]]>`,
  `<?xml version="1.0"?><img src=x onerror=${RUN}>`,
  `<x:script xmlns:x="http://www.w3.org/1999/xhtml">${RUN}</x:script>`,
]

const markdown = [
  `![x](${ELSEWHERE}/pixel.png)`,
  `![x](//elsewhere.test/pixel.png)`,
  `![x][ref]\n\n[ref]: ${ELSEWHERE}/pixel.png`,
  `[![x](${ELSEWHERE}/a.png)](${ELSEWHERE})`,
  `![x](data:image/svg+xml,<svg onload="${RUN}">)`,
  `![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIj4=)`,
  `[x](javascript:${RUN})`,
  `[x](JaVaScRiPt:alert(1))`,
  `[x](java\nscript:alert(1))`,
  `[x](&#106;avascript:alert(1))`,
  `[x](javascript&colon;alert(1))`,
  `[x](vbscript:msgbox)`,
  `[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
  `[x](file:///etc/passwd)`,
  `[x](blob:${ELSEWHERE}/1)`,
  `[x](<javascript:alert(1)>)`,
  `[x]: javascript:alert(1)\n\n[x]`,
  `<javascript:alert(1)>`,
  `[x](${ELSEWHERE} "\\" onmouseover=\\"alert(1)")`,
  `[x](${ELSEWHERE}/"onmouseover="alert(1))`,
  `[^1]\n\n[^1]: <img src=x onerror=${RUN}>`,
  `\`\`\`html\n<script>${RUN}</script>\n\`\`\``,
  `\`\`\`"><img src=x onerror=${RUN}>\nx\n\`\`\``,
  `\`\`\`svg\n<svg onload="${RUN}"/>\n\`\`\``,
]

const formulas = [
  `$\\href{javascript:alert(1)}{x}$`,
  `$\\url{javascript:alert(1)}$`,
  `$\\includegraphics{${ELSEWHERE}/x.png}$`,
  `$\\htmlData{x=1}{y}$`,
  `$\\htmlStyle{background:url(${ELSEWHERE}/x.png)}{y}$`,
  `$\\htmlId{x" onmouseover="alert(1)}{y}$`,
  `$\\htmlClass{x}{y}$`,
  `$\\text{<img src=x onerror=alert(1)>}$`,
  `\\[\\def\\a{\\a\\a}\\a\\]`,
  `$\\unicode{x3c}script$`,
]

/** Each one diagram, drawn by the page if it is harmless. */
export const hostileDiagrams: readonly string[] = [
  `\`\`\`mermaid\ngraph TD\nA["<img src=x onerror=${RUN}>"] --> B\n\`\`\``,
  `\`\`\`mermaid\ngraph TD\nA-->B\nclick A "javascript:alert(1)"\n\`\`\``,
  `\`\`\`mermaid\ngraph TD\nA-->B\nclick A call alert()\n\`\`\``,
  `\`\`\`mermaid\n%%{init: {"securityLevel": "loose", "htmlLabels": true}}%%\ngraph TD\nA["<script>${RUN}</script>"]\n\`\`\``,
  `\`\`\`mermaid\n%%{init: {"themeCSS": "@import url(${ELSEWHERE}/x.css);"}}%%\ngraph TD\nA-->B\n\`\`\``,
  `\`\`\`mermaid\ngraph TD\nA["<iframe src='${ELSEWHERE}'></iframe>"]\n\`\`\``,
  `\`\`\`mermaid\ngraph TD\nA@{ img: "${ELSEWHERE}/x.png", label: "x" }\n\`\`\``,
  `\`\`\`mermaid\ngraph TD\nA["&lt;img src=${ELSEWHERE}/x.png&gt;"] --> B["#60;script#62;${RUN}#60;/script#62;"]\n\`\`\``,
  `\`\`\`mermaid\ngraph TD\nA-->B\nstyle A fill:url(${ELSEWHERE}/x.png)\n\`\`\``,
  `\`\`\`mermaid\ngraph TD\nA-->B\nclassDef c fill:u\\72l(${ELSEWHERE}/x.png)\nclass A c\n\`\`\``,
  `\`\`\`mermaid\n---\nconfig:\n  securityLevel: loose\n  fontFamily: 'x;} * { background: u\\72l(${ELSEWHERE}/x.png) } a {'\n---\ngraph TD\nA-->B\n\`\`\``,
  `\`\`\`mermaid\nsequenceDiagram\nparticipant A\nlinks A: {"x": "javascript:alert(1)"}\nA->>A: <svg onload=${RUN}>\n\`\`\``,
  `\`\`\`mermaid\nmindmap\n  root((<b onclick=${RUN}>x</b>))\n    a\n    ::icon(x" onload="${RUN})\n\`\`\``,
  `\`\`\`mermaid\ngraph LR\nA["\`**bold** [x](${ELSEWHERE})\`"] -->|<object data=${ELSEWHERE}>| B\n\`\`\``,
  `\`\`\`mermaid\nclassDiagram\nclass A\nlink A "javascript:alert(1)"\nclick A href "${ELSEWHERE}"\n\`\`\``,
]

/** Where in an answer it stands. A place that cannot hold several lines gets them on one. */
const places: ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `- item\n\n  ${payload.replaceAll('\n', '\n  ')}`,
  (payload) => payload.replace(/^/gm, '> '),
  (payload) => `Before ${payload} behind`,
  (payload) => `| a | b |\n| --- | --- |\n| ${payload.replaceAll('\n', ' ').replaceAll('|', '\\|')} | c |`,
]

/** More than 500, each an answer's worth of Markdown. */
export const hostileAnswers: readonly string[] = [
  ...html,
  ...markdown,
  ...formulas,
  ...hostileDiagrams,
].flatMap((payload) => places.map((place) => place(payload)))
