/** What stands around the prepared answers. Each array is gone through when a question is asked again. */
export const phrases = {
  zh: {
    untitled: '新的对话',
    /** Before the overview and the setup guide. */
    greetings: [
      '你好！现在和你说话的是 Tain **内置的演示**，不是 OpenAI 的模型。',
      '又见面了。我还是那个**内置的演示**：会说话，但不会思考。',
      '这一次换个说法：你看到的是一段**事先写好的演示文字**，并非模型的回答。',
    ],
    farewells: [
      '先随便问问看吧：试试“写一段代码”“做一个表格”或“给我一个公式”。',
      '还想看点别的？可以说“给我一份清单”，或者“写一篇长文”。',
      '想看同一个问题的另一种回答，点“重新生成”就行。',
    ],
    /** Before a sample that the question asked for. */
    openings: [
      '你的问题我收到了：\n\n> {{question}}\n\n**请注意：**我是本站内置的演示，没有真正理解它。下面是一段准备好的示例。',
      '> {{question}}\n\n好的。**说明一下：**这里还没有接上真正的模型，所以我换一段现成的内容给你看。',
      '你问的是：\n\n> {{question}}\n\n**先说清楚：**以下内容来自内置演示，只用来展示页面的效果。',
    ],
    /** What came with the question. */
    received: '随问题收到的文件：',
    image: '一张图片，{{size}}，{{kilobytes}} KB',
    pdf: '{{name}}：一份 PDF，{{kilobytes}} KB',
    text: '{{name}}：{{lines}} 行文字',
    notSeen: '演示看不懂内容，只能告诉你它们完整送到了；接上真正的模型，就能围绕它们提问。',
    closings: [
      '---\n\n想得到真正的回答，请带上密钥重新启动：`OPENAI_API_KEY=sk-… npm start`。',
      '---\n\n把 `OPENAI_API_KEY=sk-…` 写进项目目录下的 `.env` 文件，再运行 `npm start`，同样的问题就会由真正的模型来回答。',
      '---\n\n以上是演示内容。设置 `OPENAI_API_KEY` 之后，这里就会换成 OpenAI 的原文，一个字节也不改。',
    ],
    /** What is shown of tools that are switched on, and what is said of it. */
    tools: {
      pages: ['https://www.iana.org/domains/reserved', 'https://example.com/'],
      code: 'words = "silver behind glass".split()\nfor word in words:\n    print(word, len(word))',
      logs: 'silver 6\nbehind 6\nglass 5',
      web_search:
        '演示并没有上网。下面两个网页只是让你看看引用的样子：一个介绍专供举例的域名（[iana.org](https://www.iana.org/domains/reserved)），另一个就是这样的域名（[example.com](https://example.com/)）。',
      code_interpreter: '上面的代码也没有真的运行，结果是事先写好的。',
      image_generation: '图片是演示算出来的一片渐变，没有模型参与。',
    },
    reasonings: [
      '**看看问题**\n\n先判断对方用的是什么语言，再从准备好的示例里找出最接近的一段。',
      '**换一种说法**\n\n这个问题刚才问过。内容不变，开头和结尾换一换，方便对比两次回答。',
    ],
  },
  en: {
    untitled: 'New conversation',
    greetings: [
      'Hello! You are talking to Tain’s **built-in demo**, not to a model by OpenAI.',
      'Hello again. Still the **built-in demo** here: I can talk, but I cannot think.',
      'Put another way: what you are reading was **written in advance**. No model took part in it.',
    ],
    farewells: [
      'Feel free to look around: ask me for some code, a table, or a formula.',
      'Curious for more? Ask for a checklist, or for a long article.',
      'To see this question answered a little differently, press “Regenerate”.',
    ],
    openings: [
      'You asked:\n\n> {{question}}\n\n**Please note:** I am the demo built into this site and did not really understand that. Here is a sample that was prepared beforehand.',
      '> {{question}}\n\nSure. **One thing first:** no real model is connected yet, so this is a ready-made text instead of an answer.',
      'Your question was:\n\n> {{question}}\n\n**To be clear:** what follows comes from the built-in demo and only shows what the page can do.',
    ],
    received: 'With your question came:',
    image: 'an image, {{size}}, {{kilobytes}} KB',
    pdf: '{{name}}: a PDF, {{kilobytes}} KB',
    text: '{{name}}: text (lines: {{lines}})',
    notSeen:
      'The demo cannot make sense of them; it can only tell you that they arrived whole. A real model would now answer about them.',
    closings: [
      '---\n\nFor real answers, start the site with a key: `OPENAI_API_KEY=sk-… npm start`.',
      '---\n\nPut `OPENAI_API_KEY=sk-…` into the `.env` file of the project, run `npm start` again, and a real model will take this question.',
      '---\n\nThis was the demo. Once `OPENAI_API_KEY` is set, you will read OpenAI’s own words here, not one byte changed.',
    ],
    tools: {
      pages: ['https://www.iana.org/domains/reserved', 'https://example.com/'],
      code: 'words = "silver behind glass".split()\nfor word in words:\n    print(word, len(word))',
      logs: 'silver 6\nbehind 6\nglass 5',
      web_search:
        'The demo searched nothing. Two pages are cited only to show how that looks: one about domains that are kept for examples ([iana.org](https://www.iana.org/domains/reserved)), and such a domain itself ([example.com](https://example.com/)).',
      code_interpreter: 'The code above did not run either; what it printed was written in advance.',
      image_generation: 'The picture is a gradient that the demo computed; no model drew it.',
    },
    reasonings: [
      '**Looking at the question**\n\nFirst I work out which language it is in, then I look for the prepared sample that comes closest.',
      '**Saying it differently**\n\nThis was asked before. The content stays, the beginning and the end change, so the two answers can be compared.',
    ],
  },
} as const
