BEGIN TRANSACTION;
CREATE TABLE authority (
	record BIGINT NOT NULL, 
	heading BIGINT NOT NULL, 
	PRIMARY KEY (record)
)
 WITHOUT ROWID

;
INSERT INTO "authority" VALUES(10,6);
CREATE TABLE bearing (
	mark TEXT NOT NULL, 
	heading BIGINT NOT NULL, 
	record BIGINT NOT NULL, 
	PRIMARY KEY (mark, heading, record)
)
 WITHOUT ROWID

;
CREATE TABLE candidate (
	"key" TEXT NOT NULL, 
	member TEXT NOT NULL, 
	record BIGINT NOT NULL, 
	PRIMARY KEY ("key", member, record)
)
 WITHOUT ROWID

;
INSERT INTO "candidate" VALUES('atruyenkieu:dunguyen','AA',1);
INSERT INTO "candidate" VALUES('atruyenkieu:nguyen','AA',1);
INSERT INTO "candidate" VALUES('ptruyenkieu:351','AA',1);
INSERT INTO "candidate" VALUES('ttruyenkieu:1979','AA',1);
INSERT INTO "candidate" VALUES('wdunguyen:1979:kieu.truyen','AA',1);
INSERT INTO "candidate" VALUES('wnguyen:1979:kieu.truyen','AA',1);
INSERT INTO "candidate" VALUES('asodo:phungtrong','AA',2);
INSERT INTO "candidate" VALUES('asodo:trong','AA',2);
INSERT INTO "candidate" VALUES('tsodo:1938','AA',2);
INSERT INTO "candidate" VALUES('wphungtrong:1938:do.so','AA',2);
INSERT INTO "candidate" VALUES('wtrong:1938:do.so','AA',2);
INSERT INTO "candidate" VALUES('avanchieuhon:dunguyen','AA',3);
INSERT INTO "candidate" VALUES('avanchieuhon:nguyen','AA',3);
INSERT INTO "candidate" VALUES('pvanchieuhon:60','AA',3);
INSERT INTO "candidate" VALUES('tvanchieuhon:1990','AA',3);
INSERT INTO "candidate" VALUES('wdunguyen:1990:chieu.hon.van','AA',3);
INSERT INTO "candidate" VALUES('wnguyen:1990:chieu.hon.van','AA',3);
INSERT INTO "candidate" VALUES('atruyenkieu:dunguyen','BB',4);
INSERT INTO "candidate" VALUES('atruyenkieu:nguyen','BB',4);
INSERT INTO "candidate" VALUES('ptruyenkieu:351','BB',4);
INSERT INTO "candidate" VALUES('ttruyenkieu:1979','BB',4);
INSERT INTO "candidate" VALUES('wdunguyen:1979:kieu.truyen','BB',4);
INSERT INTO "candidate" VALUES('wnguyen:1979:kieu.truyen','BB',4);
INSERT INTO "candidate" VALUES('asodo:phungtrong','BB',5);
INSERT INTO "candidate" VALUES('asodo:trong','BB',5);
INSERT INTO "candidate" VALUES('tsodo:1938','BB',5);
INSERT INTO "candidate" VALUES('wphungtrong:1938:do.so','BB',5);
INSERT INTO "candidate" VALUES('wtrong:1938:do.so','BB',5);
INSERT INTO "candidate" VALUES('avanchieuhon:nhu','BB',6);
INSERT INTO "candidate" VALUES('avanchieuhon:nhuto','BB',6);
INSERT INTO "candidate" VALUES('pvanchieuhon:61','BB',6);
INSERT INTO "candidate" VALUES('tvanchieuhon:1990','BB',6);
INSERT INTO "candidate" VALUES('wnhu:1990:chieu.hon.van','BB',6);
INSERT INTO "candidate" VALUES('wnhuto:1990:chieu.hon.van','BB',6);
INSERT INTO "candidate" VALUES('=8655566efc3b3b13c18d7689','CC',7);
INSERT INTO "candidate" VALUES('ademenphieuluuki:hoai','CC',7);
INSERT INTO "candidate" VALUES('ademenphieuluuki:hoaito','CC',7);
INSERT INTO "candidate" VALUES('pdemenphieuluuki:150','CC',7);
INSERT INTO "candidate" VALUES('tdemenphieulu:1995','CC',7);
INSERT INTO "candidate" VALUES('whoai:1995:luu.men.phieu','CC',7);
INSERT INTO "candidate" VALUES('whoaito:1995:luu.men.phieu','CC',7);
CREATE TABLE change (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	entity TEXT NOT NULL, 
	place TEXT NOT NULL, 
	action TEXT NOT NULL, 
	target TEXT, 
	job BIGINT, 
	at BIGINT NOT NULL
);
INSERT INTO "change" VALUES(1,'AA','libraries','update',NULL,NULL,1795367347);
INSERT INTO "change" VALUES(2,'BB','libraries','update',NULL,NULL,1795367356);
INSERT INTO "change" VALUES(3,'CC','libraries','update',NULL,NULL,1795367366);
INSERT INTO "change" VALUES(4,'rkwaep6yrw','instances','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(5,'ha26xw2c4g','instances','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(6,'xg6de7kqfp','instances','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(7,'ryr3nxqx11','works','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(8,'hkpzsw90q1','works','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(9,'5xw4kaw2bn','works','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(10,'93w2qyxv15','agents','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(11,'y4rgt4exb1','agents','create',NULL,1,1795367374);
INSERT INTO "change" VALUES(12,'5pegk0swnz','instances','create',NULL,2,1795367378);
INSERT INTO "change" VALUES(13,'jby18tabp3','instances','create',NULL,2,1795367378);
INSERT INTO "change" VALUES(14,'rkwaep6yrw','instances','update',NULL,2,1795367378);
INSERT INTO "change" VALUES(15,'hrshye417v','works','create',NULL,2,1795367378);
INSERT INTO "change" VALUES(16,'2sdjp0mdgf','works','create',NULL,2,1795367378);
INSERT INTO "change" VALUES(17,'hkpzsw90q1','works','update',NULL,2,1795367378);
INSERT INTO "change" VALUES(18,'07hxnq77w8','agents','create',NULL,2,1795367378);
INSERT INTO "change" VALUES(19,'5577km9yvp','agents','create',NULL,2,1795367378);
INSERT INTO "change" VALUES(20,'8fq2y4d11w','instances','create',NULL,3,1795367382);
INSERT INTO "change" VALUES(21,'4x9dn1ykk2','works','create',NULL,3,1795367382);
INSERT INTO "change" VALUES(22,'zajk4by0h7','agents','create',NULL,3,1795367382);
INSERT INTO "change" VALUES(23,'wy5b77hcqx','agents','create',NULL,3,1795367382);
INSERT INTO "change" VALUES(24,'5577km9yvp','agents','merge','wy5b77hcqx',3,1795367382);
INSERT INTO "change" VALUES(25,'jby18tabp3','instances','update',NULL,3,1795367382);
INSERT INTO "change" VALUES(26,'2sdjp0mdgf','works','update',NULL,3,1795367382);
INSERT INTO "change" VALUES(27,'xg6de7kqfp','instances','update',NULL,NULL,1795367383);
INSERT INTO "change" VALUES(28,'jby18tabp3','instances','update',NULL,NULL,1795367383);
INSERT INTO "change" VALUES(29,'2sdjp0mdgf','works','update',NULL,NULL,1795367383);
INSERT INTO "change" VALUES(30,'5xw4kaw2bn','works','update',NULL,NULL,1795367383);
CREATE TABLE decision (
	id INTEGER NOT NULL, 
	level TEXT NOT NULL, 
	a_member TEXT NOT NULL, 
	a_number TEXT NOT NULL, 
	b_member TEXT NOT NULL, 
	b_number TEXT NOT NULL, 
	same BOOLEAN NOT NULL, 
	"by" TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	revoked BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "decision" VALUES(1,'instance','AA','a3','BB','b3',0,'lan','',1795367383,NULL);
CREATE TABLE edge (
	a BIGINT NOT NULL, 
	b BIGINT NOT NULL, 
	score FLOAT NOT NULL, 
	verdict TEXT NOT NULL, 
	evidence TEXT NOT NULL, 
	PRIMARY KEY (a, b)
)
 WITHOUT ROWID

;
INSERT INTO "edge" VALUES(1,4,0.9992,'same','{"features": {"form": 1.0, "title": 1.0, "authors": 1.0, "year": 1.0, "extent": 1.0, "publisher": 1.0, "language": 1.0, "place": 1.0}, "version": "2"}');
INSERT INTO "edge" VALUES(3,6,0.0,'cannot','{"decision": 1, "by": "lan", "at": 1795367383, "reason": "", "rules": {"features": {"form": 1.0, "title": 1.0, "authors": -1.0, "year": 1.0, "extent": 0.8, "publisher": 1.0, "language": 1.0, "place": 1.0}, "version": "2", "doubts": ["authors"], "score": 0.8984}}');
CREATE TABLE entity (
	id TEXT NOT NULL, 
	place TEXT NOT NULL, 
	state TEXT NOT NULL, 
	replaced_by TEXT, 
	parent TEXT, 
	anchor TEXT NOT NULL, 
	"key" TEXT, 
	created BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "entity" VALUES('rkwaep6yrw','instances','live',NULL,'hkpzsw90q1','instances AA bibliographic a1','du nguyễn|truyện kiều|:|vie|text',1795367374,1795367378);
INSERT INTO "entity" VALUES('ha26xw2c4g','instances','live',NULL,'ryr3nxqx11','instances AA bibliographic a2','phụng trọng vũ|số đỏ|:|vie|text',1795367374,1795367374);
INSERT INTO "entity" VALUES('xg6de7kqfp','instances','live',NULL,'5xw4kaw2bn','instances AA bibliographic a3','du nguyễn|văn chiêu hồn|:|vie|text',1795367374,1795367383);
INSERT INTO "entity" VALUES('ryr3nxqx11','works','live',NULL,NULL,'works AA bibliographic a2',NULL,1795367374,1795367374);
INSERT INTO "entity" VALUES('hkpzsw90q1','works','live',NULL,NULL,'works AA bibliographic a1',NULL,1795367374,1795367378);
INSERT INTO "entity" VALUES('5xw4kaw2bn','works','live',NULL,NULL,'works AA bibliographic a3',NULL,1795367374,1795367383);
INSERT INTO "entity" VALUES('93w2qyxv15','agents','live',NULL,NULL,'agents heading Person|Nguyễn,%20Du',NULL,1795367374,1795367374);
INSERT INTO "entity" VALUES('y4rgt4exb1','agents','live',NULL,NULL,'agents heading Person|Vũ,%20Trọng%20Phụng',NULL,1795367374,1795367374);
INSERT INTO "entity" VALUES('5pegk0swnz','instances','live',NULL,'hrshye417v','instances BB bibliographic b2','phụng trọng vũ|sổ đỏ|:|vie|text',1795367378,1795367378);
INSERT INTO "entity" VALUES('jby18tabp3','instances','live',NULL,'2sdjp0mdgf','instances BB bibliographic b3','như tố|văn chiêu hồn|:|vie|text',1795367378,1795367383);
INSERT INTO "entity" VALUES('hrshye417v','works','live',NULL,NULL,'works BB bibliographic b2',NULL,1795367378,1795367378);
INSERT INTO "entity" VALUES('2sdjp0mdgf','works','live',NULL,NULL,'works BB bibliographic b3',NULL,1795367378,1795367383);
INSERT INTO "entity" VALUES('07hxnq77w8','agents','live',NULL,NULL,'agents heading Person|Nguyễn%20Du',NULL,1795367378,1795367378);
INSERT INTO "entity" VALUES('5577km9yvp','agents','merged','wy5b77hcqx',NULL,'agents heading Person|Tố%20Như',NULL,1795367378,1795367382);
INSERT INTO "entity" VALUES('8fq2y4d11w','instances','live',NULL,'4x9dn1ykk2','instances CC bibliographic c0','hoài tô|dế mèn phiêu lưu kí|:|vie|text',1795367382,1795367382);
INSERT INTO "entity" VALUES('4x9dn1ykk2','works','live',NULL,NULL,'works CC bibliographic c0',NULL,1795367382,1795367382);
INSERT INTO "entity" VALUES('zajk4by0h7','agents','live',NULL,NULL,'agents heading Person|Tô,%20Hoài',NULL,1795367382,1795367382);
INSERT INTO "entity" VALUES('wy5b77hcqx','agents','live',NULL,NULL,'agents heading Person|Nguyễn,%20Du,%201765-1820',NULL,1795367382,1795367382);
CREATE TABLE heading (
	id INTEGER NOT NULL, 
	place TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (place, "key")
);
INSERT INTO "heading" VALUES(1,'agents','Person|Nguyễn, Du','93w2qyxv15','["agent",[["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Agent>"],["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Person>"],["<http://www.w3.org/2000/01/rdf-schema#label>","\"Nguyễn, Du\""],["<http://id.loc.gov/ontologies/bflc/marcKey>","\"1001 $aNguyễn, Du\""]],"agents","Person|Nguyễn, Du"]');
INSERT INTO "heading" VALUES(2,'agents','Person|Vũ, Trọng Phụng','y4rgt4exb1','["agent",[["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Agent>"],["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Person>"],["<http://www.w3.org/2000/01/rdf-schema#label>","\"Vũ, Trọng Phụng\""],["<http://id.loc.gov/ontologies/bflc/marcKey>","\"1001 $aVũ, Trọng Phụng\""]],"agents","Person|Vũ, Trọng Phụng"]');
INSERT INTO "heading" VALUES(3,'agents','Person|Nguyễn Du','07hxnq77w8','["agent",[["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Agent>"],["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Person>"],["<http://www.w3.org/2000/01/rdf-schema#label>","\"Nguyễn Du\""],["<http://id.loc.gov/ontologies/bflc/marcKey>","\"1000 $aNguyễn Du\""]],"agents","Person|Nguyễn Du"]');
INSERT INTO "heading" VALUES(4,'agents','Person|Tố Như','wy5b77hcqx','["agent",[["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Agent>"],["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Person>"],["<http://www.w3.org/2000/01/rdf-schema#label>","\"Tố Như\""],["<http://id.loc.gov/ontologies/bflc/marcKey>","\"1000 $aTố Như\""]],"agents","Person|Tố Như"]');
INSERT INTO "heading" VALUES(5,'agents','Person|Tô, Hoài','zajk4by0h7','["agent",[["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Agent>"],["<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>","<http://id.loc.gov/ontologies/bibframe/Person>"],["<http://www.w3.org/2000/01/rdf-schema#label>","\"Tô, Hoài\""],["<http://id.loc.gov/ontologies/bflc/marcKey>","\"1001 $aTô, Hoài\""]],"agents","Person|Tô, Hoài"]');
INSERT INTO "heading" VALUES(6,'agents','Person|Nguyễn, Du, 1765-1820','wy5b77hcqx','');
CREATE TABLE item (
	entity TEXT NOT NULL, 
	record BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	PRIMARY KEY (entity), 
	UNIQUE (record, "key"), 
	FOREIGN KEY(record) REFERENCES record (id)
);
CREATE TABLE job (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	member TEXT NOT NULL, 
	source TEXT NOT NULL, 
	state TEXT NOT NULL, 
	started BIGINT NOT NULL, 
	finished BIGINT, 
	bytes_total BIGINT, 
	bytes_read BIGINT NOT NULL, 
	read BIGINT NOT NULL, 
	stored BIGINT NOT NULL, 
	unchanged BIGINT NOT NULL, 
	rejected BIGINT NOT NULL, 
	deleted BIGINT NOT NULL, 
	format TEXT, 
	message TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "job" VALUES(1,'load','AA','a.xml','done',1795367374,1795367375,2045,2045,3,3,0,0,0,'marcxml',NULL);
INSERT INTO "job" VALUES(2,'load','BB','b.xml','done',1795367378,1795367378,2041,2041,3,3,0,0,0,'marcxml',NULL);
INSERT INTO "job" VALUES(3,'load','CC','c.xml','done',1795367382,1795367382,2432,2432,4,4,0,0,0,'marcxml',NULL);
CREATE TABLE library (
	code TEXT NOT NULL, 
	member TEXT NOT NULL, 
	group_code TEXT, 
	name_vi TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	place TEXT, 
	latitude FLOAT, 
	longitude FLOAT, 
	website TEXT, 
	PRIMARY KEY (code)
);
INSERT INTO "library" VALUES('AA','AA',NULL,'AA','AA',NULL,NULL,NULL,NULL);
INSERT INTO "library" VALUES('BB','BB',NULL,'BB','BB',NULL,NULL,NULL,NULL);
INSERT INTO "library" VALUES('CC','CC',NULL,'CC','CC',NULL,NULL,NULL,NULL);
CREATE TABLE library_group (
	code TEXT NOT NULL, 
	name_vi TEXT NOT NULL, 
	name_en TEXT NOT NULL, 
	PRIMARY KEY (code)
);
CREATE TABLE loose (
	"key" TEXT NOT NULL, 
	heading BIGINT NOT NULL, 
	PRIMARY KEY ("key", heading)
)
 WITHOUT ROWID

;
CREATE TABLE member (
	code TEXT NOT NULL, 
	profile TEXT NOT NULL, 
	created BIGINT NOT NULL, 
	PRIMARY KEY (code)
);
INSERT INTO "member" VALUES('AA','{"copies": false, "encoding": null, "holdings_identity": [], "identity": ["001"], "items": [{"codes": {"accession": "i", "barcode": "p", "copy": "t", "date": "d", "due": "q", "enumeration": "h3", "holding_library": "b", "item_type": "y", "library": "ab", "lost": "1", "not_for_loan": "7", "note": "z", "scheme": "2", "shelfmark": "o", "sublocation": "c8", "uri": "u", "withdrawn": "0"}, "first_indicator": null, "public_note": "", "tag": "952", "uri_prefix": "", "words": {}}], "libraries": {}, "notes": {}, "organization": "", "private": ["9XX", "X9X", "XX9"]}',1795367347);
INSERT INTO "member" VALUES('BB','{"copies": false, "encoding": null, "holdings_identity": [], "identity": ["001"], "items": [{"codes": {"accession": "i", "barcode": "p", "copy": "t", "date": "d", "due": "q", "enumeration": "h3", "holding_library": "b", "item_type": "y", "library": "ab", "lost": "1", "not_for_loan": "7", "note": "z", "scheme": "2", "shelfmark": "o", "sublocation": "c8", "uri": "u", "withdrawn": "0"}, "first_indicator": null, "public_note": "", "tag": "952", "uri_prefix": "", "words": {}}], "libraries": {}, "notes": {}, "organization": "", "private": ["9XX", "X9X", "XX9"]}',1795367356);
INSERT INTO "member" VALUES('CC','{"copies": true, "encoding": null, "holdings_identity": [], "identity": ["001"], "items": [{"codes": {"accession": "i", "barcode": "p", "copy": "t", "date": "d", "due": "q", "enumeration": "h3", "holding_library": "b", "item_type": "y", "library": "ab", "lost": "1", "not_for_loan": "7", "note": "z", "scheme": "2", "shelfmark": "o", "sublocation": "c8", "uri": "u", "withdrawn": "0"}, "first_indicator": null, "public_note": "", "tag": "952", "uri_prefix": "", "words": {}}], "libraries": {}, "notes": {}, "organization": "", "private": ["9XX", "X9X", "XX9"]}',1795367366);
CREATE TABLE mention (
	record BIGINT NOT NULL, 
	heading BIGINT NOT NULL, 
	PRIMARY KEY (record, heading)
)
 WITHOUT ROWID

;
INSERT INTO "mention" VALUES(1,1);
INSERT INTO "mention" VALUES(3,1);
INSERT INTO "mention" VALUES(2,2);
INSERT INTO "mention" VALUES(5,2);
INSERT INTO "mention" VALUES(4,3);
INSERT INTO "mention" VALUES(6,4);
INSERT INTO "mention" VALUES(7,5);
INSERT INTO "mention" VALUES(8,5);
INSERT INTO "mention" VALUES(9,5);
INSERT INTO "mention" VALUES(10,6);
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema','2');
CREATE TABLE nested (
	"outer" BIGINT NOT NULL, 
	"inner" BIGINT NOT NULL, 
	PRIMARY KEY ("outer", "inner")
)
 WITHOUT ROWID

;
CREATE TABLE postponed (
	a BIGINT NOT NULL, 
	b BIGINT NOT NULL, 
	desk TEXT NOT NULL, 
	until BIGINT NOT NULL, 
	PRIMARY KEY (a, b, desk)
);
CREATE TABLE problem (
	id INTEGER NOT NULL, 
	record BIGINT NOT NULL, 
	code TEXT NOT NULL, 
	place TEXT NOT NULL, 
	message TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(record) REFERENCES record (id)
);
CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	job BIGINT NOT NULL, 
	member TEXT NOT NULL, 
	source TEXT NOT NULL, 
	"offset" BIGINT NOT NULL, 
	number BIGINT NOT NULL, 
	control_number TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	data BLOB NOT NULL, 
	at BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(job) REFERENCES job (id)
);
CREATE TABLE record (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	member TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	control_number TEXT NOT NULL, 
	format TEXT NOT NULL, 
	raw BLOB NOT NULL, 
	digest BLOB NOT NULL, 
	bib_number TEXT, 
	rank INTEGER NOT NULL, 
	features TEXT, 
	instance TEXT, 
	deleted BOOLEAN NOT NULL, 
	job BIGINT NOT NULL, 
	seen BIGINT NOT NULL, 
	created BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	UNIQUE (member, kind, control_number)
);
INSERT INTO "record" VALUES(1,'AA','bibliographic','a1','marcxml',X'789C8D92C14AC34014457FE5F1D6A5F3266DD4E864565D084257E27E3A33AD03C904A649C1A588B8F203DCF91F59EA8FE44F6C6A2DA1AD217775E15DCEBD0C2382D54530526456191B24B5F22A0715453B0F0AA6319160FB80D0852F43912D9DCD0C946A95221147A9B860DDD3F9E015CA24214E7CCD93CB04B6DAE4D0515B48B07116CC31CEA85275589C08C179C3B77667A21401A558578BDF942E8C4D51A19CAFAAA7A67EF523985582FDDDA56007E2093C9AC627703A0BBF0F2DFCCDC39D6BEAE7C1FC8BC378E81F7FFBF509F3A6FE7070DD651F0517281FBE5F3C3C36F5BB1EF50435CAF6E107CE9CD0D09993984319C670D3DF1D71D0F97FE56CFF157F0045CBD686',X'3CD5C5F43793A62CD4F87D0E0D0245D7',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"truyện kiều","vi":1},"authors":{"m":"nguyễn du","vi":1},"year":{"y":[1979],"t":"s"},"extent":{"p":[351]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','rkwaep6yrw',0,1,1,1795367374,1795367374);
INSERT INTO "record" VALUES(2,'AA','bibliographic','a2','marcxml',X'789C8D92B14EC33014457FE5C973859FDD1435E07866AA9040ECAE6DD2488923B9697F80B9421DD95818F8068F940FC99F909452456D89F2A62BF9E8DEFB9E2CBCD5A53752E45619EB25B6E354018AF3BD0605D10451D0032074E92A5FE6CF99CD0D542A4D082223527141BB4F97C12991718C0CD992C5E32934B32EA0336D20C23AB3604EED8CAA54C78B2112C89C618DDC0B9E1020522C57F35F4A97C6264411F9F4FD3982475F878D4BE17E51870F970AFAC749418FCE67213C9A9C85E0C590873A6C61B7ADC3EB50EBEB637FE8EF7FF7F50EB33ABC6570D3F53E01E7CDA2BB1707CD7E1B3DEA013591EDED07D61CE3D09A3C42A8FC15DCF6677306BAF82F9C1E7EE30FF7D3D97A',X'6555E984E77F4B84FC84E2754942B9A1',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"số đỏ","vi":1},"authors":{"m":"vũ trọng phụng","vi":1},"year":{"y":[1938],"t":"s"},"extent":{"p":[240]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','ha26xw2c4g',0,1,1,1795367374,1795367374);
INSERT INTO "record" VALUES(3,'AA','bibliographic','a3','marcxml',X'789C8D92BD6EC23014855FE5CA33AAAFCD8F4AEB7862E8C4D8DDD82E584A1CC92448CC152313135BE7BE4246FA227993263445113F51CEE22BDDA3EF1C5D5904ABD360A488AD323648ACE555028AF3F30C0A466344411B83D0A9CF421A7F381B1BC8D43222888C483514B4BDBA6F7C26723A45866CCDAA172A6D1268A90E44D8380BE61A6754A65A2C8648C079C3AAF13CF0880091629D2FFE5C3A3536228AC8F932DF96C5CE0F60960BFABF97825E8837703E1ADFC0F12EFCFDE7D3835EB9D3770EABB238F8BE09934B7DE8AEFF76FA8279591C1DBCB4D957C64553A5EAB0D7830EA326B23E7DCF9A43EC5B738290852778ED8EE60C74F2289B367FF117285ED702',X'B5B4FDC88EA773269389F807329BC117',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"văn chiêu hồn","vi":1},"authors":{"m":"nguyễn du","vi":1},"year":{"y":[1990],"t":"s"},"extent":{"p":[60]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','xg6de7kqfp',0,1,1,1795367374,1795367374);
INSERT INTO "record" VALUES(4,'BB','bibliographic','b1','marcxml',X'789C8D92C14AC34014457FE5F1D6D279336DD4D8C9AC5C084257E27E3233D64032816952702922AEFC0077FE4796FA23F9139B5A4B686BC85D5D7897732FC3C8E04C19AC92B9D3D605459DBC2E400BB1F5A061161149B60B4853FA2A94F943E6720B955E2648C451A55CB2FEE974F012551C1327BEE2F1450C1BAD0BE8A92B2458670EEC21CEEA4AF7589C0821F3966FECD6880401955CD5E96FCA94D625A8512D96F553DBBC7AB8AE25FB3B2BC9F6C023B69845476C3AC9BE0B1DFBCDC36DD636CFA3F9E7FBED30BCFDE6EB13166DF391C1559F7D104C51DD7FBF78786C9B7773361034A8BA771F39734A63674E230E5598C07CB85B7030C57FE56CF7137F00B73FD65B',X'21A1C37DEC928C7A068F06D76DC268CB',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"truyện kiều","vi":1},"authors":{"m":"nguyễn du","vi":1},"year":{"y":[1979],"t":"s"},"extent":{"p":[351]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','rkwaep6yrw',0,2,2,1795367378,1795367378);
INSERT INTO "record" VALUES(5,'BB','bibliographic','b2','marcxml',X'789C8D92B14EC33014457FE5C973859FDD1435E0786642482076C7362152E2486EE80F30578881818D85816FC848F910FF094969ABA82D51DE74251FDD7BDF9385B7BAF2468AC22A63BDC46E9C2A4171BED1A0209A210ABA0584AE5CEDABE221B785815A6509416444A65CD0FED369704E641C2343B660F1740EED2C4BE84D1788B0CC2D98433BA36AD5F36288047267582B3782270488148BA7F48FD295B1095144DEFF7C4DE0CE8766E532B8790CCDA7CB04DD7152D0BDF351088F6647217832E436346FB07E0DCDCB58EBF37D7F18EE7FF5FD01D7A179CFE1A2EF7D00A6EDA2EB6707ED7E2B3D19003591DDED47D69CE2D89A3C42A8FD195C0E677306BAFC2F9C6E7FE32FFF4CD97F',X'BF26F47843D1EA94ED361E1C704B72B7',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"sổ đỏ","vi":1},"authors":{"m":"vũ trọng phụng","vi":1},"year":{"y":[1938],"t":"s"},"extent":{"p":[240]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','5pegk0swnz',0,2,2,1795367378,1795367378);
INSERT INTO "record" VALUES(6,'BB','bibliographic','b3','marcxml',X'789C8D92BD6AC33014855FE5A2395457CA0F4D2A6BEE9429749725B516D832284E5EA0738790295BE74EDD3DA6F43DFC26B553379824353E8B2EDCC3770E178960751E8C14A955C606898DBCCA40717E9A41C1648A28686B103AF745C8D367675303857A89082223321E0BDA5DDD36DE13399F2343B666F50BB5B61974D404226C9D05738933AA501D164324E0BC61F5781A78448048B1DEC4BF2E9D1B1B1145E4AA2A77B04CBE3F05FD5B4A41CFB82B329F4CAFC87893FCF4F5EA4127EEF8B181A42AF77E68C2ECDC1DFABB3F1EDF61599507078B2EFBC218B755EA0E6F7AD463D44436771F58738C436BCE1814E10E1EFAA339039DFD974DDB8FF803A4E0D69A',X'6F2AE90B1E1A2411A159699CF37F5EF1',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"văn chiêu hồn","vi":1},"authors":{"m":"tố như","vi":1},"year":{"y":[1990],"t":"s"},"extent":{"p":[61]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','jby18tabp3',0,2,2,1795367378,1795367378);
INSERT INTO "record" VALUES(7,'CC','bibliographic','c0','marcxml',X'789C8D92BD4EC33014855FE5C87345AE438308389E183A312176D736D4223F284DFA02CC3C005B47C4C4C044851882788FBC09492955D49628673AD23DFACEBDB2456E75961B2962AB8CCD25B54A5502E5FB6B0F85714024BC4D40E82C2DF22CBE71363628D46DC4883893BA8974478783A74C862171E2731E86011A2D1274D4161216CEC2ECE28C2A5487C589185C6A7863D7C68F189814F372FA9BD299B111534C5E556F234CB26AE984F73795C2DBF2F6D0FE38D843D341F445FDFE89A47A4E713F73D54B89F8FBB5C45DF531B4E9647B04FA8F98544B5CD6AB2787B32E7B273865F2FAEB21C5AC5E3DEA514F5033D93EC0C0358F69E89A3C2014F911CEFBBB7D0E9DFC57EE6DBEE40F6659DB01',X'18944E749A38CED71A6577C535DDAF76',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"dế mèn phiêu lưu kí","vi":1},"authors":{"m":"tô hoài","vi":1},"year":{"y":[1995],"t":"s"},"extent":{"p":[150]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','8fq2y4d11w',0,3,3,1795367382,1795367382);
INSERT INTO "record" VALUES(8,'CC','bibliographic','c1','marcxml',X'789C8D92BD4EC33014855FE5C87345AE438308389E183A312176D736D4223F284DFA02CC3C005B47C4C4C04485188C788FBC096D2955D49628673AD23DFACEBDB2456975511A2952AB8C2D25AD94AB0C2A0CD71E0AC38848049B80D0455E95457AE36C6A50A9DB841171263517417B743878CA641C13273EE5711C61A959869656858499B330BB38A32AD562712206971BBEB46B13260C4C8A693DFE4DE9C2D8842926AFFCDB00A3C2CF9D08FEA652045BDE1E3A1C467B683A88BE68DE3F91F9E71CF713E75F6AA4DFAF35EEFC47DFA693ED11E83E62E4E7B86C164F0E676DF64E70CCE4F5D7438E49B378D4838EA06672F5003DD73CA6BE6BF28850954738EFEE0E3974F65F79B0F9923F68AADB02',X'B2E65CF3F5225FA4FD618ABF7D46D166',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"dế mèn phiêu lưu kí","vi":1},"authors":{"m":"tô hoài","vi":1},"year":{"y":[1995],"t":"s"},"extent":{"p":[150]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','8fq2y4d11w',0,3,3,1795367382,1795367382);
INSERT INTO "record" VALUES(9,'CC','bibliographic','c2','marcxml',X'789C8D92BD4EC33014855FE5C87345AE438308389E183A312176D736D4223F284DFA02CC3C005B47C4C4C04485188C788FBC096D2955D49628673AD23DFACEBDB2456975511A2952AB8C2D25AD94AB0C2A0CD71E0AC38848049B80D0455E95457AE36C6A50A9DB84117126752882F6E870F094C938264E7CCAE338C252B30C2DAD0A0933676176714655AAC5E2440C2E377C69D7264C189814D37AFC9BD285B109534C5EF9B70146859F3B11FC4DA508B6BC3D74388CF6D074107DD1BC7F22F3CF39EE27CEBFD448BF5F6BDCF98FBE4D27DB23D07DC4C8CF71D92C9E1CCEDAEC9DE098C9EBAF871C9366F1A8071D41CDE4EA017AAE794C7DD7E411A12A8F70DEDD1D72E8ECBFF260F3257F006AFBDB03',X'799DA1AA20D81005C63ADC6861DF251E',NULL,83,'{"v":"2","form":{"t":"text","l":"monograph","assumed":1,"c":["print"]},"title":{"a":"dế mèn phiêu lưu kí","vi":1},"authors":{"m":"tô hoài","vi":1},"year":{"y":[1995],"t":"s"},"extent":{"p":[150]},"publisher":["văn học"],"language":"vie","place":{"c":"vm","p":["ha noi"]}}','8fq2y4d11w',0,3,3,1795367382,1795367382);
INSERT INTO "record" VALUES(10,'CC','authority','n1','marcxml',X'789C7DD0BF0E82301006F057B9DC0CE915411D4A2747C364D82BAD48424A8230E8EE03F826EEECBE076FE21F5089A89DBEA4BFDC7D39519AA428B514B951DA9492EECF1E0094E77519C00F8804EB81480A5B9545BEC94CAEA1526988441CA5E5820DBFBEC309CA3872A365FC89B5AAD440722284CC6A7E8B8FE0850828C5AE5E772A29B40951A18CD27ADF3647EBC0A276047B8211D528F96C1AB87CEED190B1D7E65109FF5D82FE9758B5CD09A2EDE5FC6B32EBCF7C05110E7881',X'039C89DE10EA099AD318CCAFBF386C96',NULL,26,NULL,NULL,0,3,3,1795367382,1795367382);
CREATE TABLE token (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	member TEXT, 
	scopes TEXT NOT NULL, 
	label TEXT NOT NULL, 
	digest BLOB NOT NULL, 
	created BIGINT NOT NULL, 
	expires BIGINT NOT NULL, 
	revoked BIGINT, 
	used BIGINT, 
	UNIQUE (digest)
);
CREATE TABLE twin (
	record BIGINT NOT NULL, 
	"of" BIGINT NOT NULL, 
	PRIMARY KEY (record)
)
 WITHOUT ROWID

;
INSERT INTO "twin" VALUES(8,7);
INSERT INTO "twin" VALUES(9,7);
CREATE TABLE upload (
	job BIGINT NOT NULL, 
	file TEXT NOT NULL, 
	"full" BOOLEAN NOT NULL, 
	force BOOLEAN NOT NULL, 
	"by" TEXT NOT NULL, 
	attempts INTEGER NOT NULL, 
	waiting BOOLEAN NOT NULL, 
	stop BOOLEAN NOT NULL, 
	PRIMARY KEY (job), 
	FOREIGN KEY(job) REFERENCES job (id)
);
CREATE TABLE variant (
	"key" TEXT NOT NULL, 
	place TEXT NOT NULL, 
	record BIGINT NOT NULL, 
	PRIMARY KEY ("key", place, record)
)
 WITHOUT ROWID

;
INSERT INTO "variant" VALUES('Person|Tố Như','agents',10);
CREATE TABLE "view" (
	name TEXT NOT NULL, 
	seq BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "view" VALUES('triples-3dca0116',26,1795367382);
INSERT INTO "view" VALUES('index-19a13322',26,1795367382);
CREATE TABLE work_key (
	record BIGINT NOT NULL, 
	"key" TEXT NOT NULL, 
	PRIMARY KEY (record)
)
 WITHOUT ROWID

;
INSERT INTO "work_key" VALUES(1,'du nguyễn|truyện kiều|:|vie|text');
INSERT INTO "work_key" VALUES(4,'du nguyễn|truyện kiều|:|vie|text');
INSERT INTO "work_key" VALUES(3,'du nguyễn|văn chiêu hồn|:|vie|text');
INSERT INTO "work_key" VALUES(7,'hoài tô|dế mèn phiêu lưu kí|:|vie|text');
INSERT INTO "work_key" VALUES(8,'hoài tô|dế mèn phiêu lưu kí|:|vie|text');
INSERT INTO "work_key" VALUES(9,'hoài tô|dế mèn phiêu lưu kí|:|vie|text');
INSERT INTO "work_key" VALUES(6,'như tố|văn chiêu hồn|:|vie|text');
INSERT INTO "work_key" VALUES(2,'phụng trọng vũ|số đỏ|:|vie|text');
INSERT INTO "work_key" VALUES(5,'phụng trọng vũ|sổ đỏ|:|vie|text');
CREATE INDEX ix_library_member ON library (member);
CREATE INDEX ix_job_member ON job (member);
CREATE INDEX ix_record_instance ON record (instance);
CREATE INDEX record_bib_number ON record (member, bib_number);
CREATE INDEX ix_entity_anchor ON entity (anchor);
CREATE INDEX ix_entity_key ON entity ("key");
CREATE INDEX entity_place_state ON entity (place, state);
CREATE INDEX ix_entity_parent ON entity (parent);
CREATE INDEX ix_heading_entity ON heading (entity);
CREATE INDEX ix_mention_heading ON mention (heading);
CREATE INDEX ix_authority_heading ON authority (heading);
CREATE INDEX ix_variant_record ON variant (record);
CREATE INDEX ix_bearing_record ON bearing (record);
CREATE INDEX ix_bearing_heading ON bearing (heading);
CREATE INDEX ix_loose_heading ON loose (heading);
CREATE INDEX ix_nested_inner ON nested ("inner");
CREATE INDEX ix_candidate_record ON candidate (record);
CREATE INDEX ix_work_key_key ON work_key ("key");
CREATE INDEX edge_verdict ON edge (verdict, score);
CREATE INDEX ix_edge_b ON edge (b);
CREATE INDEX ix_twin_of ON twin ("of");
CREATE INDEX decision_a ON decision (a_member, a_number);
CREATE INDEX decision_b ON decision (b_member, b_number);
CREATE INDEX ix_change_entity ON change (entity);
CREATE INDEX ix_token_member ON token (member);
CREATE INDEX ix_problem_record ON problem (record);
CREATE INDEX ix_quarantine_job ON quarantine (job);
CREATE INDEX ix_upload_waiting ON upload (waiting);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('change',30);
INSERT INTO "sqlite_sequence" VALUES('record',10);
COMMIT;
