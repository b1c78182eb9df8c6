// Words of both languages; states and kinds are called as the API calls them.
const WORDS = {
  zh: {
    other: 'English', mine: '我的工单', done: '已完成', none: '现在没有你的工单。有新工单会响铃提示。', off: '你现在不在班。',
    linked: '已连接', unlinked: '无信号', wait: '正在连接',
    waiting: (n) => `${n} 项操作还没有发出，有信号后会自动发送`,
    filed: '待派单', dispatched: '请接单', accepted: '已接单，请前往', arrived: '已到场', verifying: '核查中', 'human-check': '人工核查',
    returned: '已退单', suspended: '已挂起', closed: '已结案', 'self-cleared': '已自清', rejected: '不属实', merged: '已合并', cancelled: '已撤销',
    overflow: '垃圾满溢', litter: '暴露垃圾', refuse: '垃圾清理', toilet: '公厕保洁', sweeping: '道路清扫', sprinkling: '道路洒水', 'root-cause': '根因治理',
    visitors: '人流达标', 'cleaning-overdue': '超时未保洁', pm25: 'PM2.5 超标', pm10: 'PM10 超标', tsp: 'TSP 超标',
    atDoor: '门口签到', checkedIn: '已签到', noOrderHere: '你在这里没有工单', guidance: '作业指引', scanDoor: '请扫门口二维码签到。', isChecked: '正在核查，请稍候。',
    accept: '接单', arrive: '我到了', photo: '拍照', finish: '做完了', cannot: '做不了', decline: '不接', return: '退单', cancelButton: '返回',
    acceptBy: '接单剩', arriveBy: '到场剩', finishBy: '完工剩', verifyBy: '核查剩', over: '已超时', minutes: '分', seconds: '秒',
    why: '为什么做不了？', whyDecline: '为什么不接？', reasons: ['车坏了', '人手不够', '需要别的工具', '进不去', '身体不适'], otherReason: '其他原因…',
    round: (n) => `第 ${n} 次`, sent: '已发出', kept: '没有信号，已存在手机里', refused: '没有成功', taken: '工单已不在你这里',
    signIn: '请用班长发给你的链接登录。', call: '联系班长', away: (m) => (m < 1000 ? `距此 ${m} 米` : `距此 ${(m / 1000).toFixed(1)} 公里`), noPlace: '该点位没有坐标',
    photoSent: '照片已交', photoKept: '照片已存在手机里', error: '出错了', site: '点位', you: '你', newOrder: '有新工单', alarmOn: '轻触一下，开启响铃', whole: '整个画面', cameraChecks: '摄像机正在核查，请稍候。',
  },
  en: {
    other: '中文', mine: 'My orders', done: 'Finished', none: 'No order is yours now. A new one rings.', off: 'You are off duty now.',
    linked: 'connected', unlinked: 'no signal', wait: 'connecting',
    waiting: (n) => `${n} not sent yet; they go by themselves once there is a signal`,
    filed: 'filed', dispatched: 'please accept', accepted: 'accepted, on the way', arrived: 'there', verifying: 'being checked', 'human-check': 'a person checks',
    returned: 'returned', suspended: 'suspended', closed: 'closed', 'self-cleared': 'clean by itself', rejected: 'false alarm', merged: 'merged', cancelled: 'cancelled',
    overflow: 'overflow', litter: 'litter', refuse: 'refuse', toilet: 'toilet cleaning', sweeping: 'sweeping', sprinkling: 'sprinkling', 'root-cause': 'root cause',
    visitors: 'enough visitors', 'cleaning-overdue': 'not cleaned for too long', pm25: 'too much PM2.5', pm10: 'too much PM10', tsp: 'too much TSP',
    atDoor: 'Check-in', checkedIn: 'checked in', noOrderHere: 'none of your orders is here', guidance: 'How to do it', scanDoor: 'Read the code on the door to check in.', isChecked: 'It is being checked; wait a moment.',
    accept: 'Accept', arrive: 'I am there', photo: 'Photo', finish: 'Done', cannot: 'Cannot do it', decline: 'Decline', return: 'Return', cancelButton: 'Back',
    acceptBy: 'accept in', arriveBy: 'be there in', finishBy: 'finish in', verifyBy: 'checked in', over: 'over by', minutes: 'min', seconds: 's',
    why: 'Why can it not be done?', whyDecline: 'Why not?', reasons: ['vehicle broken', 'too few people', 'other tools needed', 'cannot get in', 'not well'], otherReason: 'another reason…',
    round: (n) => `round ${n}`, sent: 'sent', kept: 'no signal; kept on the phone', refused: 'not accepted', taken: 'the order is not yours any more',
    signIn: 'Sign in with the link that your team lead sends you.', call: 'Call the lead', away: (m) => (m < 1000 ? `${m} m away` : `${(m / 1000).toFixed(1)} km away`), noPlace: 'nobody said where this place is',
    photoSent: 'photo sent', photoKept: 'photo kept on the phone', error: 'something went wrong', site: 'place', you: 'you', newOrder: 'a new order', alarmOn: 'tap once to switch the bell on', whole: 'whole picture', cameraChecks: 'The camera is checking; wait a moment.',
  },
};

const KEY = 'kerbwatch.language';
let language = localStorage.getItem(KEY) ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');

export const t = (key) => WORDS[language][key] ?? key;
export const locale = () => (language === 'zh' ? 'zh-CN' : 'en-GB');
export const keys = () => Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, Object.keys(words)]));

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem(KEY, language);
}
