// Words of the wall in both languages; what the desk says as well is said with the desk's words.
import { locale, t as deskWord } from '../../desk/js/i18n.js';

const WORDS = {
  zh: {
    title: '看桶 · 运行指挥', filedToday: '今日立案', inTime: '十分钟到场', lateArrivals: '超时到场', closedToday: '今日结案', selfClearedToday: '自清', longest: '最久', furtherDown: (n) => `下面还有 ${n} 项`, asItIsNow: '这是工单现在的情况；回放时不能决策。', forSupervisors: '由主管决定。', openNow: '未结工单', lateNow: '逾期未到场', freeHands: '空闲人员', onDutyOf: (n) => `/ ${n} 在班`,
    groups: '分项', village: '村社', class: '类别', team: '班组', share: '十分钟率', noneNamed: '未分', map: '区域', curves: '24 小时', crew: '人员动态', health: '设备', decisions: '待决策', pairs: '清理前后', openOrdersTitle: '未结工单',
    working: '作业中', going: '途中', waitingOne: '挂起', free: '空闲', away: '请假', off: '下班',
    late: '逾期', asking: '待决策', waiting: '待到场', workingPlace: '作业中', clear: '正常', noMap: '没有底图',
    incidents: '事件', orders: '工单', visitors: '人流', dust: '扬尘 µg/m³', today: '本日', yesterday: '前一日', lastWeek: '上周同日', resting: '挂起', linkedPast: '已连接', order: '工单', filedOne: '立案', closedOne: '结案',
    suspension: '申请挂起', escalated: '升级', 'human-check': '人工核查', returned: '已退单', unassigned: '无人可派', review: '待研判', endpoint: '接口异常', approve: '批准', refuseRest: '不批准', decide: '处理', openDesk: '在工作台打开', opinion: '意见',
    massOrder: '批量派单', massHint: '给所选点位各立一张工单；已有同类未到场工单的点位并入原单。', everything: '全选', filedMany: (n, joined, not) => `已立案 ${n} 张，并入 ${joined} 张${not ? `，${not} 处未成` : ''}`, chooseSome: '请至少选择一个点位',
    playback: '回放', backToNow: '返回实时', wholeMap: '全区', play: '播放', pause: '暂停', speed: '倍速', pastNow: (at) => `回放 ${at}，不是实时画面`, lost: (at) => `连接中断，画面停在 ${at}，正在重连`, fullScreen: '全屏', desk: '工作台',
    behind: (what, of) => `${what}${of ? ` · ${of}` : ''}`, nothing: '没有', noDecisions: '没有待决策事项', noOpen: '没有未结工单', noPairs: '还没有清理前后的画面', noCrew: '还没有作业人员', noHealth: '还没有设备', noPlaces: '还没有标注位置的点位', unplaced: (n) => `${n} 个点位没有标注位置`, first500: '只显示最近 500 条',
    camera: '摄像机', 'dust-monitor': '扬尘监测', 'people-counter': '人流计数', 'entrance-camera': '门口摄像机', ok: '正常', silent: '无数据', faulty: '异常', waitingFirst: '待接入', ill: '异常', well: '正常', placeOrders: '该点位未结工单', justNow: '刚刚', moreOrders: (n) => `另有 ${n} 张`, pm10: 'PM10 µg/m³', pm25: 'PM2.5 µg/m³', openAtPlaces: (n) => `${n} 个点位的未结工单`, closer: '放大',
  },
  en: {
    title: 'Kerbwatch control room', filedToday: 'filed today', inTime: 'within ten minutes', lateArrivals: 'arrived late', closedToday: 'closed today', selfClearedToday: 'cleared itself', longest: 'longest', furtherDown: (n) => `${n} more below`, asItIsNow: 'This is the order as it is now; nothing is decided during playback.', forSupervisors: 'A supervisor decides.', openNow: 'open orders', lateNow: 'overdue', freeHands: 'free crew', onDutyOf: (n) => `/ ${n} on duty`,
    groups: 'By', village: 'village', class: 'class', team: 'team', share: '10 min', noneNamed: 'none', map: 'District', curves: '24 hours', crew: 'Crew', health: 'Devices', decisions: 'To decide', pairs: 'Before and after', openOrdersTitle: 'Open orders',
    working: 'working', going: 'on the way', waitingOne: 'on hold', free: 'free', away: 'away', off: 'off duty',
    late: 'overdue', asking: 'to decide', waiting: 'waiting', workingPlace: 'being cleaned', clear: 'clear', noMap: 'no base map',
    incidents: 'incidents', orders: 'orders', visitors: 'visitors', dust: 'dust µg/m³', today: 'these hours', yesterday: 'a day before', lastWeek: 'a week before', resting: 'on hold', linkedPast: 'Connected', order: 'Order', filedOne: 'filed', closedOne: 'closed',
    suspension: 'rest asked for', escalated: 'escalated', 'human-check': 'to be checked', returned: 'sent back', unassigned: 'nobody to send', review: 'to be reviewed', endpoint: 'endpoint in trouble', approve: 'Approve', refuseRest: 'Refuse', decide: 'Decide', openDesk: 'Open at the desk', opinion: 'Remark',
    massOrder: 'Mass order', massHint: 'Files one order at each place; where one of the class is open and nobody has arrived, it joins.', everything: 'All', filedMany: (n, joined, not) => `${n} filed, ${joined} joined${not ? `, ${not} not possible` : ''}`, chooseSome: 'Choose at least one place',
    playback: 'Playback', backToNow: 'Back to now', wholeMap: 'All', play: 'Play', pause: 'Pause', speed: 'Speed', pastNow: (at) => `Playback of ${at}: this is not live`, lost: (at) => `Connection lost; this is how it stood at ${at}. Reconnecting`, fullScreen: 'Full screen', desk: 'Desk',
    behind: (what, of) => `${what}${of ? ` · ${of}` : ''}`, nothing: 'nothing', noDecisions: 'Nothing waits for a decision', noOpen: 'No open orders', noPairs: 'No pictures before and after yet', noCrew: 'No crew yet', noHealth: 'No devices yet', noPlaces: 'No place has coordinates yet', unplaced: (n) => `${n} places have no coordinates`, first500: 'The newest 500 are shown',
    camera: 'cameras', 'dust-monitor': 'dust monitors', 'people-counter': 'counters', 'entrance-camera': 'entrances', ok: 'well', silent: 'silent', faulty: 'faulty', waitingFirst: 'waiting', ill: 'in trouble', well: 'well', placeOrders: 'open orders here', justNow: 'just now', moreOrders: (n) => `${n} more`, pm10: 'PM10 µg/m³', pm25: 'PM2.5 µg/m³', openAtPlaces: (n) => `Open orders of ${n} places`, closer: 'Zoom in',
  },
};

const language = () => (locale() === 'zh-CN' ? 'zh' : 'en');
export const t = (key) => WORDS[language()][key] ?? deskWord(key);
export const keys = () => Object.fromEntries(Object.entries(WORDS).map(([name, words]) => [name, Object.keys(words)]));
