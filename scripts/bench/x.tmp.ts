import autocannon from 'autocannon';
import { tapUpdate } from './updates.ts';
let updateId = 1;
const r = await autocannon({url:'http://127.0.0.1:28080',connections:50,duration:8,requests:[{method:'POST',path:'/telegram/webhook',headers:{'content-type':'application/json','x-telegram-bot-api-secret-token':'sandbox-webhook-secret'},setupRequest(q){updateId++;return{...q,body:JSON.stringify(tapUpdate({updateId,userId:100000+updateId%10000,messageId:7,callbackId:String(updateId),data:'a:1:2'}))}}}]});
console.log(r.requests.average, r.latency.p99, r.non2xx);
