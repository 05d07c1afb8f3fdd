"""One design in both forms: marked as an editor keeps it, and of our own elements."""

from __future__ import annotations

LS = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:ls="urn:labelsvc:design:1"
  width="70mm" height="50mm" viewBox="0 0 70 50">
<title>Thử</title>
<ls:label title-en="Trial" shape="rectangle" corner="2" groups="food drink"/>
<rect x="-3" y="-3" width="76" height="56" fill="#FFFFFF"/>
<ls:text id="ls-name" field="Tên" x="4" y="2" width="62" height="12.8" size="18" min-size="8" weight="700"
  fill="#17231C" align="center" tracking="0.04" lines="2" leading="1.1" valign="middle"
  balanced="yes">{{ product.name }}</ls:text>
<ls:text x="4" y="14" width="36" height="3" size="7" fill="#17231C">Quét để kiểm tra</ls:text>
<ls:arc cx="30" cy="30" radius="12" middle="90" span="90" rise="2" size="7" min-size="5" fill="#17231C"
  tracking="0.03">{{ product.shown_brand }}</ls:arc>
<ls:stars x="4" y="24" size="4" gap="0.8" fill="#E0A100"/>
<ls:fields x="4" y="30" width="36" height="18" size="6" min-size="4.9" weight="500" fill="#17231C" label-fill="#5A6A60"
  leading="1.2" gap="0.5" label-width="12">
  <ls:field label="Tên sản phẩm" wide="yes" size="9" min-size="8" weight="700"
    fill="#0B5A3A">{{ product.name }}</ls:field>
  <ls:field label="Khối lượng" weight="500" figures="50:2 4" blank="yes">{{ product.net_content }}</ls:field>
  <ls:field label="NSX" blank="stamped"></ls:field>
</ls:fields>
<ls:qr x="45" y="15.6" size="21"/>
<ls:code x="4" y="40" width="36" height="5" size="6.6" weight="600" fill="#17231C" lines="2" leading="1.3"
  align="center"/>
<ls:serial x="4" y="46.6" width="36" height="2" size="5.6" fill="#17231C" align="right" prefix="Số "/>
<ls:official x="45" y="4" width="21" height="6" ground="white"><ls:text x="45" y="4" width="21" height="6" size="7"
  fill="#17231C">OCOP HÀ NỘI</ls:text><rect x="45" y="9" width="20" height="0.5" fill="#0B5A3A"/></ls:official>
<ls:mark x="45" y="38" width="21" height="6" size="12" min-size="6" weight="800" fill="#17231C" rotate="90"/>
</svg>"""


def mm(points: float) -> str:
    return f"{points * 25.4 / 72:.5f}"


OPEN = f"""<svg xmlns="http://www.w3.org/2000/svg" width="70mm" height="50mm" viewBox="0 0 70 50" data-ls="label"
  data-ls-title-en="Trial" data-ls-shape="rectangle" data-ls-corner="2" data-ls-groups="food drink">
<title>Thử</title>
<rect x="-3" y="-3" width="76" height="56" fill="#FFFFFF"/>
<g id="ls-name" data-ls="text" data-ls-field="Tên" data-ls-min-size="8" data-ls-lines="2" data-ls-leading="1.1"
  data-ls-valign="middle" data-ls-balanced="yes" data-ls-value="{{{{ product.name }}}}"><rect x="4" y="2" width="62"
  height="12.8" fill="none"/><text x="35" y="8" font-family="'Be Vietnam Pro', sans-serif" font-size="{mm(18)}"
  font-weight="bold" fill="#17231C" text-anchor="middle" letter-spacing="{float(mm(18)) * 0.04:.5f}">Cốm
  làng Vòng</text></g>
<g id="ls-scan" data-ls="text"><rect x="4" y="14" width="36" height="3" fill="none"/><text x="4" y="16.5"
  style="font-size:{mm(7)}px;fill:#17231C"><tspan x="4" y="15">Quét để</tspan>
  <tspan x="4" y="16.5">kiểm tra</tspan></text></g>
<g id="ls-brand" data-ls="arc" data-ls-middle="90" data-ls-span="90" data-ls-rise="2" data-ls-min-size="5"
  data-ls-value="{{{{ product.shown_brand }}}}"><circle cx="30" cy="30" r="12" fill="none"/><path id="b" fill="none"
  d="M18 30A12 12 0 0 1 42 30"/><text font-size="{mm(7)}" fill="#17231C" text-anchor="middle"
  letter-spacing="{float(mm(7)) * 0.03:.5f}"><textPath href="#b"><tspan>Mễ Trì</tspan></textPath></text></g>
<g id="ls-stars" data-ls="stars"><rect x="4" y="24" width="23.2" height="4" fill="none"/>
  <path d="M4 24h4v4z" fill="#E0A100"/><path d="M9 24h4v4z" fill="none" stroke="#E0A100"/></g>
<g id="ls-fields" data-ls="fields" data-ls-min-size="4.9" data-ls-leading="1.2" data-ls-gap="0.5"
  data-ls-label-width="12" font-size="{mm(6)}" font-weight="500" fill="#17231C">
  <rect x="4" y="30" width="36" height="18" fill="none"/>
  <g data-ls="field" data-ls-label="Tên sản phẩm" data-ls-wide="yes" data-ls-min-size="8"
    data-ls-value="{{{{ product.name }}}}"><text font-size="{mm(9)}" font-weight="700" fill="#0B5A3A">Cốm</text></g>
  <g data-ls="field" data-ls-figures="50:2 4" data-ls-blank="yes" data-ls-value="{{{{ product.net_content }}}}"
    font-weight="500"><text fill="#5A6A60" font-weight="400">Khối lượng</text><text>100 g</text></g>
  <g data-ls="field" data-ls-label="NSX" data-ls-blank="stamped"/></g>
<g id="ls-qr" data-ls="qr"><rect x="45" y="15.6" width="21" height="21" fill="none"/><path d="M45 16h3v3z"/></g>
<g id="ls-code" data-ls="code" data-ls-lines="2" data-ls-leading="1.3"><rect x="4" y="40" width="36" height="5"
  fill="none"/><text font-size="{mm(6.6)}" font-weight="600" fill="#17231C" text-anchor="middle">ABCDE</text></g>
<g id="ls-serial" data-ls="serial" data-ls-prefix="Số "><rect x="4" y="46.6" width="36" height="2" fill="none"/>
  <text font-size="{mm(5.6)}" fill="#17231C" text-anchor="end">Số 000 001</text></g>
<g id="ls-official" data-ls="official" data-ls-ground="white"><rect x="45" y="4" width="21" height="6" fill="none"/>
  <g data-ls="text"><rect x="45" y="4" width="21" height="6" fill="none"/><text font-size="{mm(7)}"
  fill="#17231C">OCOP HÀ NỘI</text></g><rect x="45" y="9" width="20" height="0.5" fill="#0B5A3A"/></g>
<g id="ls-mark" data-ls="mark" data-ls-min-size="6" transform="rotate(-90 55.5 41)"><rect x="45" y="38" width="21"
  height="6" fill="none"/><text font-size="{mm(12)}" font-weight="800"
  fill="#17231C" text-anchor="middle">MẪU</text></g>
</svg>"""
