/** The style of every portal; colours come from its theme. */
export const portalStyle = `*{box-sizing:border-box}
body{margin:0;font:16px/1.6 system-ui,-apple-system,"Segoe UI",sans-serif;background:var(--background,#fff);color:var(--text,#16191f)}
a{color:var(--accent,#0b5cad)}
:focus-visible{outline:3px solid var(--accent,#0b5cad);outline-offset:2px}
.skip{position:absolute;left:-999em}.skip:focus{left:1rem;top:.5rem;background:#fff;color:#000;padding:.5rem 1rem;z-index:2}
header{background:var(--header,#16191f);color:var(--on-header,#fff);display:flex;flex-wrap:wrap;gap:1rem;align-items:center;padding:.75rem 1.5rem}
header a{color:inherit;text-decoration:none;display:flex;align-items:center;gap:.75rem;font-weight:600;font-size:1.1rem}
header img{max-height:2.5rem;max-width:12rem}
header form{display:flex;gap:.5rem}
header form:first-of-type{margin-left:auto}
.preview{background:var(--error,#b3261e);color:#fff;margin:0;padding:.4rem 1.5rem}
.page{display:grid;grid-template-columns:minmax(12rem,18rem) minmax(0,1fr);min-height:calc(100vh - 4rem)}
.page.alone{grid-template-columns:minmax(0,1fr)}
nav{background:var(--navigation,#f4f5f7);color:var(--on-navigation,#000);padding:1.25rem 1.5rem}
nav a{color:inherit;text-decoration:none;display:block;padding:.2rem .4rem;border-radius:4px;overflow-wrap:anywhere}
nav a:hover{text-decoration:underline}nav a[aria-current]{background:var(--accent,#0b5cad);color:var(--on-accent,#fff)}
nav h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.04em;margin:1.25rem 0 .25rem}nav ul{list-style:none;margin:0;padding:0}
main{padding:1.5rem 2rem;max-width:60rem;width:100%}
h1{line-height:1.25;margin:.25rem 0 1rem}h2{margin-top:2rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:1rem;padding:0;list-style:none}
.cards li{border:1px solid color-mix(in srgb,var(--text,#16191f) 25%,transparent);border-radius:8px;padding:1rem}
.cards h2{margin:0;font-size:1.1rem}
.cards p{margin:.5rem 0 0}
.verb{font:600 .85rem/1.4 ui-monospace,monospace;border:1px solid currentcolor;border-radius:4px;padding:.05rem .4rem;margin-right:.4rem}
.address{font-family:ui-monospace,monospace;overflow-wrap:anywhere;border:1px solid color-mix(in srgb,var(--text,#16191f) 25%,transparent);border-radius:6px;padding:.5rem .75rem}
table{border-collapse:collapse;width:100%;margin:.75rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid color-mix(in srgb,var(--text,#16191f) 20%,transparent)}
td p{margin:0}
.center{text-align:center}.right{text-align:right}.wide{overflow-x:auto}
code,pre,textarea,.code{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.9rem}
pre{overflow:auto;padding:.75rem 1rem;border-radius:6px;background:color-mix(in srgb,var(--text,#16191f) 7%,transparent)}
blockquote{margin:1rem 0;padding:0 1rem;border-left:4px solid var(--accent,#0b5cad)}
input,textarea,select{font:inherit;padding:.45rem .6rem;border:1px solid #6b7280;border-radius:4px;width:100%;background:#fff;color:#16191f}
header input{width:14rem}
button{font:inherit;font-weight:600;padding:.45rem 1rem;border:1px solid transparent;border-radius:4px;background:var(--accent,#0b5cad);color:var(--on-accent,#fff);cursor:pointer}
header button{background:transparent;color:inherit;border-color:currentcolor}
label{display:block;font-weight:600;margin-top:.75rem}label small{font-weight:400}
.try{border:1px solid color-mix(in srgb,var(--text,#16191f) 25%,transparent);border-radius:8px;padding:0 1.25rem 1.25rem;margin-top:2rem}
.try button{margin-top:1rem}
[role=alert]{border-left:4px solid var(--error,#b3261e);padding:.5rem .75rem;background:color-mix(in srgb,var(--error,#b3261e) 12%,transparent)}
.optional{opacity:.75}
input[type=checkbox]{width:auto}
[hidden]{display:none}
@media (max-width:48rem){.page{grid-template-columns:minmax(0,1fr)}main{padding:1rem}header form:first-of-type{margin-left:0}}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;
