"""Fictional people: first names and surnames by language community, and where each community is at home.

Names are common ones, combined at random; a combination that exists is a coincidence.
"""

COMMUNITIES = {
    "zulu": dict(languages="zu en", also="xh st ss", female="Nomvula Thandeka Zanele Nokuthula Sindisiwe Ntombi Nonhlanhla Lindiwe Busisiwe Zodwa Hlengiwe Nomusa Thobile Phumzile Sibongile Nqobile Londiwe Ayanda Samkelisiwe Gugu Jabulile Mbali Nolwazi Thembeka",
        male="Sipho Bongani Themba Sibusiso Mandla Musa Nhlanhla Sandile Siyabonga Mthunzi Vusi Lungelo Jabulani Thulani Sanele Mduduzi Nkosinathi Lwazi Sifiso Bhekani Muzi Mfundo Senzo Thabani",
        surnames="Dlamini Nkosi Zulu Khumalo Mkhize Ndlovu Buthelezi Ngcobo Cele Mthembu Shabalala Sithole Gumede Zungu Mhlongo Zondi Hadebe Ntuli Mchunu Majola Hlongwane Nxumalo Xulu Mthethwa Msomi Radebe Vilakazi Magwaza Khoza Biyela"),
    "xhosa": dict(languages="xh en", also="zu st af", female="Nomonde Nosipho Zukiswa Thandiwe Nomfundo Nokwanda Pumla Yolanda Ntombizodwa Vuyokazi Asanda Khanyisa Lulama Nontsikelelo Siphokazi Bulelwa Zoleka Babalwa Anele Nobuntu Noluthando Unathi",
        male="Mzwandile Luvuyo Thando Siyamthanda Xolani Mthobeli Vuyo Lwandile Andile Sakhumzi Monwabisi Zolani Mxolisi Bandile Ayabonga Loyiso Lindani Odwa Sivuyile Thembalethu Malibongwe Phumelele",
        surnames="Ngxola Mqhayi Ntshinga Mdledle Gqola Nqweni Tshabalala Mfeketo Maqoma Ngcuka Sonjica Mtshali Ntuli Qwabe Mhlaba Mda Sigcau Jordan Ncube Nkohla Mpofu Makalima Nonkonyana Gwala Tyali Ngqakula Xaba Mbete Nkwinti"),
    "sotho": dict(languages="st en", also="tn zu af", female="Palesa Lerato Dineo Mpho Nthabiseng Puleng Teboho Limpho Matshepo Moleboheng Keneuoe Refilwe Thato Masechaba Lineo Mamello Boitumelo Tshidi Relebohile Kananelo",
        male="Thabo Lehlohonolo Tumelo Tshepo Katleho Tebogo Neo Teboho Moeketsi Sello Mohapi Retselisitsoe Karabo Thapelo Pule Lebohang Khotso Tsietsi Tseko Molefi",
        surnames="Mokoena Mofokeng Molefe Moloi Motaung Tau Mokhele Radebe Mahlatsi Lebaka Ramaili Mohapi Sehloho Lekota Mosia Tsotetsi Mabaso Lesenyeho Motloung Khoali Makhoalibe Nhlapo Mokone Letsoalo Ntsane Sekete"),
    "tswana": dict(languages="tn en", also="st af nso", female="Kelebogile Keitumetse Gaone Boitumelo Onalenna Tebogo Masego Gorata Lesedi Tshegofatso Kgomotso Lorato Oratile Warona Olebogeng Naledi Dikeledi Refilwe Bontle",
        male="Kagiso Tshiamo Kabelo Olebile Gaolathe Thuso Kgosi Mothusi Itumeleng Obakeng Katlego Phenyo Tumisang Modise Moagi Tiro Lebogang Oarabile Thabang",
        surnames="Modise Molefe Seretse Motsepe Kgosi Mogapi Tlhabi Moeng Mokgosi Segwai Phiri Montsho Setlhare Motlhabane Mothibi Gaborone Pitso Dithebe Molebatsi Matlhare Moatshe Keebine Sebogodi Mogotsi Modisane Tshukudu"),
    "pedi": dict(languages="nso en", also="tn ts ve", female="Mokgadi Ramatsobane Mmathapelo Lebogang Mahlatse Refiloe Kgaogelo Phuti Raesibe Mapula Moyahabo Matlakala Hunadi Tlou Makoma Pheladi Morongwa Koketso",
        male="Lesiba Matome Tlou Phuti Maphuti Kgabo Thabo Malose Mashudu Sello Ngoako Kgothatso Lekau Makgabo Letlhogonolo Moloko Mahlomola Tshepo",
        surnames="Maake Mashaba Ledwaba Mphahlele Kekana Makgoba Mothapo Rammala Sekhukhune Matlala Phasha Mohlala Ramodike Moloto Legodi Mamabolo Chuene Maphuta Nchabeleng Tefo Rakgoale Selepe Masemola Mogale Manamela Seabela"),
    "venda": dict(languages="ve en", also="ts nso", female="Mashudu Livhuwani Takalani Ndivhuwo Rofhiwa Tshilidzi Thilivhali Azwinndini Muofhe Fulufhelo Phathutshedzo Rendani Mulalo",
        male="Mulalo Ndivhuwo Rudzani Thivhulawi Tshifhiwa Fhatuwani Rabelani Vhonani Lufuno Khathutshelo Mpho Aluwani Dakalo",
        surnames="Ramabulana Mudau Nemavhola Tshivhase Netshitenzhe Munyai Mulaudzi Ramavhoya Khorommbi Mphaphuli Nengovhela Rambau Madima Ratshitanga Sadiki Netshifhefhe Maluleke Thovhakale Nemukula Ravele"),
    "tsonga": dict(languages="ts en", also="ve nso zu", female="Tsakani Nkhensani Basani Hlamalani Ntsako Rirhandzu Tintswalo Khensani Nyiko Vutomi Amukelani Xiluva Ntwanano",
        male="Hlulani Rhulani Tsakane Vukosi Khazamula Musa Nsovo Tiyani Akani Wisani Xikombiso Ripfumelo Mikateko",
        surnames="Baloyi Maluleke Mabunda Chauke Nkuna Shivambu Hlungwani Mathebula Mabasa Rikhotso Ngobeni Khosa Mhlanga Makhubele Mkhabela Valoyi Sambo Manganyi Makamu Shirinda"),
    "swazi": dict(languages="ss en", also="zu ts nr", female="Nomcebo Temalangeni Lungile Gcinile Nontobeko Siphesihle Tengetile Nokwethemba Phindile",
        male="Bonginkosi Sikhumbuzo Mancoba Sabelo Mcolisi Celumusa Wandile Sandiso Mbongeni",
        surnames="Dlamini Mamba Simelane Nkambule Mavuso Shongwe Maseko Ginindza Lukhele Tsabedze Hlatshwayo Motsa Mabuza Matsebula Fakudze"),
    "ndebele": dict(languages="nr en", also="zu nso", female="Nomasonto Thokozile Sibongile Nomhle Busi Ntombana Sesi Zandile", male="Mandlenkosi Petros Jabu Sipho Amos Vusumuzi Mbuso Elias",
        surnames="Mahlangu Skosana Mabena Ndimande Masilela Mtsweni Sibanyoni Mnguni Kabini Ntuli Masombuka Jiyane Msiza"),
    "afrikaans": dict(languages="af en", also="de zu st", female="Annelie Marietjie Elsabe Chantelle Hanlie Liezel Karin Riana Marlene Suzette Ilze Anel Carien Minette Elmarie Adele Leandri Christelle Wilma Magdel",
        male="Pieter Johan Hendrik Francois Gerhard Jaco Stefan Willem Andries Dirk Wynand Christo Deon Ruan Hannes Kobus Louis Marius Tertius Schalk",
        surnames="Botha|van der Merwe|Pretorius|du Plessis|Venter|Coetzee|Fourie|van Wyk|Nel|Kruger|Steyn|Swanepoel|Joubert|Erasmus|le Roux|Viljoen|van Zyl|Snyman|Oosthuizen|Visagie|Marais|Labuschagne|Bester|Cronje|Lombard|Vermaak|Terblanche|Olivier|de Beer|Engelbrecht"),
    "english": dict(languages="en", also="af zu xh fr", female="Catherine Sarah Jennifer Megan Claire Bronwyn Samantha Lauren Tracy Heather Nicola Fiona Kirsten Robyn Alison Philippa Gillian Rebecca Emma Janet",
        male="Andrew Michael Craig Gareth Brendan Stuart Warren Neil Graham Justin Bradley Ross Duncan Timothy Simon Gavin Trevor Keith Matthew Colin",
        surnames="Smith|Williams|Campbell|Robertson|Thompson|O'Connor|Harrison|Mitchell|Walker|Sinclair|Fletcher|Ashworth|Barrow|Pemberton|Hughes|Whitfield|Goldstein|Levin|MacGregor|Stewart|Palmer|Dawson|Bennett|Marsh|Katz|Holloway|Burton-Reid"),
    "indian": dict(languages="en", also="hi gu ta ur zu af", female="Priya Nirvana Kavitha Anusha Yashika Sunitha Shireen Devika Leela Kamini Roshni Vanitha Prenisha Nisha Thireshni Saloshni Fatima Zaheera Ayesha",
        male="Rajesh Kreesan Yugan Prakash Vikash Anand Suresh Dinesh Nishal Kiran Sashin Deven Imraan Yusuf Riyaad Mohamed Preshan Logan Vishnu",
        surnames="Naidoo Pillay Govender Moodley Reddy Naicker Chetty Singh Maharaj Patel Padayachee Ramsamy Desai Essop Moosa Khan Cassim Bhana Soni Rajah Gounden Perumal Ebrahim Vawda Mistry Parbhoo"),
    "cape": dict(languages="af en", also="xh ar ur", female="Chantal Nazreen Bernadette Charlene Rochelle Faieza Zulfah Lucinda Abigail Shanaaz Mishkah Jolene Merlyn Denise Gadija Lynette Tasneem Natasha",
        male="Ashwin Riedwaan Clayton Brandon Ebrahim Moegamat Cheslin Denver Wayne Faizel Marlon Randall Shafiek Igshaan Ricardo Jerome Llewellyn Quinton",
        surnames="Adams Jacobs Isaacs Hendricks Abrahams Petersen Davids Daniels Samuels Fortuin Arendse September Cupido Booysen Williams Solomons Salie Gamiet Parker Fredericks Europa Jansen Kleinsmith Damons Titus Julies Plaatjies"),
    "abroad": dict(languages="en", also="fr pt ar el zh de sfs", female="Chidinma Grace Tariro Maria Ana Wei Ling Eleni Amina Rumbidzai Beatriz Ngozi Claudine", male="Emeka Tendai Tatenda Joao Paulo Chen Nikos Ahmed Blessing Pedro Oluwaseun Patrick Farai",
        surnames="Okafor Adeyemi Moyo Ncube Chikwanha Teixeira Ferreira Gomes Zhang Liu Papadopoulos Kabongo Mutasa Sibanda Mwangi Hassan Ilunga Santos"),
}

PROVINCE_MIX = {  # community → weight among practitioners, by province
    "Gauteng": "zulu 16 sotho 12 tswana 9 pedi 11 tsonga 5 venda 5 xhosa 6 afrikaans 14 english 11 indian 7 cape 2 abroad 4 ndebele 2 swazi 1",
    "Western Cape": "cape 30 afrikaans 22 english 20 xhosa 20 indian 3 abroad 4 zulu 1",
    "KwaZulu-Natal": "zulu 48 indian 26 english 14 afrikaans 4 xhosa 4 abroad 3 sotho 1",
    "Eastern Cape": "xhosa 58 english 13 afrikaans 13 cape 9 indian 3 abroad 3 sotho 1",
    "Free State": "sotho 48 afrikaans 30 tswana 8 english 6 xhosa 4 zulu 3 abroad 2",
    "Northern Cape": "cape 30 afrikaans 30 tswana 28 xhosa 6 english 4 abroad 2",
    "North West": "tswana 55 afrikaans 22 sotho 6 english 5 xhosa 3 indian 3 abroad 3 tsonga 2",
    "Limpopo": "pedi 46 venda 20 tsonga 18 afrikaans 8 english 3 indian 3 abroad 3",
    "Mpumalanga": "swazi 26 zulu 20 ndebele 12 tsonga 11 pedi 9 afrikaans 14 english 5 indian 3 abroad 3",
}


def _words(text):
    return text.split("|") if "|" in text else text.split()


class Community:
    """One community's names, split once."""

    def __init__(self, name):
        entry = COMMUNITIES[name]
        self.languages, self.also = entry["languages"].split(), entry["also"].split()
        self.female, self.male, self.surnames = _words(entry["female"]), _words(entry["male"]), _words(entry["surnames"])


def province_mixes():
    """Province → (communities, cumulative weights), ready for random.choices."""
    communities = {name: Community(name) for name in COMMUNITIES}
    mixes = {}
    for province, text in PROVINCE_MIX.items():
        parts, total, cumulative = text.split(), 0, []
        for weight in parts[1::2]:
            total += int(weight)
            cumulative.append(total)
        mixes[province] = ([communities[name] for name in parts[::2]], cumulative)
    return mixes
