/** Having an answer read aloud. */
const en = {
  label: 'Reading aloud',
  reading: 'Reading',
  paused: 'Paused',
  failed: 'The browser has no voice for this just now.',
  pause: 'Pause',
  resume: 'Go on reading',
  previous: 'Previous sentence',
  next: 'Next sentence',
  stop: 'Stop reading',
  voices: 'Voices',
  voiceOf: { zh: 'Chinese', en: 'English' },
  noVoice: 'None on this device',
  rate: 'Speed',
}

const zhCN: typeof en = {
  label: '朗读',
  reading: '正在朗读',
  paused: '已暂停',
  failed: '浏览器现在没有可用的语音。',
  pause: '暂停',
  resume: '继续朗读',
  previous: '上一句',
  next: '下一句',
  stop: '停止朗读',
  voices: '语音',
  voiceOf: { zh: '中文', en: '英文' },
  noVoice: '这台设备上没有',
  rate: '语速',
}

export const aloudTexts = { en, 'zh-CN': zhCN }
